import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createEndpoint } from '../../core/endpoints/createEndpoint.ts';
import { testConnection } from '../../core/endpoints/testConnection.ts';
import { InvalidInputError } from '../../core/errors.ts';
import { profileOf } from '../../core/run/runPipeline.ts';
import type { Result, Surroundings } from '../console.ts';
import type { Given, OptionName } from '../options.ts';
import { UsageError } from '../usage.ts';
import { approvalsFile, currentRoot, openHttp, readProfiles, withKeys } from '../workspace.ts';

export const ENDPOINTS_OPTIONS: readonly OptionName[] = ['base-url', 'model', 'api-key-env'];
