"""Keys for the LiteLLM proxy of the tests: without a database of its own it knows only one that is right."""

import os

from fastapi import Request
from litellm.proxy._types import ProxyException, UserAPIKeyAuth


async def user_api_key_auth(request: Request, api_key: str) -> UserAPIKeyAuth:
    if api_key.removeprefix("Bearer ") == os.environ["LITELLM_MASTER_KEY"]:
        return UserAPIKeyAuth(api_key=api_key)
    raise ProxyException(message="Authentication Error: this key is not known", type="auth_error", param="key", code=401)
