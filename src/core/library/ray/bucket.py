"""A bucket in the place of a folder that all nodes share: what a part needs is fetched before it, what it writes is sent.

A journal only grows, so that it goes up in pieces, each an object whose name ends with where it begins; only whole lines
are sent. Any other file is an object that is replaced. Works with whatever boto3 takes for S3 (AWS_ENDPOINT_URL names
another service; keys come from the environment or from the machine's role).
"""

import fcntl
import os
import shutil
import time

import boto3

JOURNAL = "journal.jsonl"
# How often what is new goes up while a part works.
SECONDS = 1
# A service that is away for a moment must not cost what was answered.
TRIES = 5


def is_bucket(storage):
    return storage.startswith("s3://")


class Bucket:
    """The files of a job under a prefix, and the folder on this node that they are fetched to and sent from."""

    def __init__(self, storage, job, root):
        self.name, _, prefix = storage[len("s3://") :].partition("/")
        self.prefix = "/".join(part for part in (prefix.strip("/"), job) if part) + "/"
        self.root = root
        self.client = boto3.client("s3")
        self.sent = {}

    def put(self, key, body):
        self.client.put_object(Bucket=self.name, Key=self.prefix + key, Body=body)

    def get(self, key):
        return self.client.get_object(Bucket=self.name, Key=self.prefix + key)["Body"].read()

    def prepare(self, package, wanted):
        """Makes the folder from what came with the job, once a node, and fetches the wanted files into it."""
        os.makedirs(os.path.dirname(self.root), exist_ok=True)
        # Several parts may begin on one node at a time.
        with open(self.root + ".lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not os.path.isdir(self.root):
                beside = "%s.%d" % (self.root, os.getpid())
                shutil.copytree(package, beside)
                os.rename(beside, self.root)
            self.fetch(wanted)
        for path, state in self.files(lambda path: True):
            self.sent[path] = state if os.path.basename(path) != JOURNAL else (self.whole_lines(path), None)

    def fetch(self, wanted):
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix=self.prefix + "work/")
        start = len(self.prefix + "work/")
        # In the order of their names the pieces of a journal are in order, too.
        for page in pages:
            for entry in page.get("Contents", []):
                path, _, offset = entry["Key"][start:].partition("@")
                if wanted(path):
                    self.bring(path, int(offset) if offset else None, entry)

    def bring(self, path, offset, entry):
        place = os.path.join(self.root, path)
        there = os.path.getsize(place) if os.path.exists(place) else 0
        if offset is not None and there >= offset + entry["Size"]:
            return
        body = self.client.get_object(Bucket=self.name, Key=entry["Key"])["Body"].read()
        os.makedirs(os.path.dirname(place), exist_ok=True)
        if offset is None:
            beside = "%s.%d" % (place, os.getpid())
            with open(beside, "wb") as file:
                file.write(body)
            os.replace(beside, place)
            return
        with open(place, "r+b" if there else "wb") as file:
            file.truncate(offset)
            file.seek(offset)
            file.write(body)

    def files(self, wanted):
        for folder, _, names in os.walk(self.root):
            for name in names:
                place = os.path.join(folder, name)
                path = os.path.relpath(place, self.root)
                if not wanted(path):
                    continue
                try:
                    found = os.stat(place)
                except FileNotFoundError:
                    continue
                yield path, (found.st_size, found.st_mtime_ns)

    def whole_lines(self, path):
        with open(os.path.join(self.root, path), "rb") as file:
            return file.read().rfind(b"\n") + 1

    def send(self, wanted):
        """Sends what is new. Journals go first: whatever stands in another file has been answered before."""
        new = [(path, state) for path, state in self.files(wanted) if self.sent.get(path) != state]
        new.sort(key=lambda entry: os.path.basename(entry[0]) != JOURNAL)
        for path, state in new:
            if os.path.basename(path) == JOURNAL:
                self.send_journal(path)
                continue
            try:
                with open(os.path.join(self.root, path), "rb") as file:
                    self.put("work/" + path, file)
            except FileNotFoundError:
                continue
            self.sent[path] = state

    def send_journal(self, path):
        offset = self.sent.get(path, (0, None))[0]
        with open(os.path.join(self.root, path), "rb") as file:
            file.seek(offset)
            lines = file.read()
        lines = lines[: lines.rfind(b"\n") + 1]
        if lines:
            self.put("work/%s@%015d" % (path, offset), lines)
            self.sent[path] = (offset + len(lines), None)

    def send_all(self, wanted):
        """Sends what is new, and tries again where the service does not answer."""
        for number in range(TRIES):
            try:
                return self.send(wanted)
            except Exception:
                if number == TRIES - 1:
                    raise
                time.sleep(2**number)
