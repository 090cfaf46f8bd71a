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
# A service that is away for a moment must not cost what was answered.
TRIES = 5


class Bucket:
    """The files of a job under a prefix, and the folder on this node that they are fetched to and sent from."""

    def __init__(self, storage, job, root):
        self.name, _, prefix = storage[len("s3://") :].partition("/")
        self.prefix = "/".join(part for part in (prefix.strip("/"), job) if part) + "/"
        self.root = root
        self.client = boto3.client("s3")
        # Path -> what of it is up: of a journal how many bytes, of another file its size and time.
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
            for path, state in self.files(lambda path: os.path.exists(os.path.join(package, path))):
                if state == state_of(os.path.join(package, path)):
                    self.sent[path] = state
            self.fetch(wanted)

    def fetch(self, wanted):
        start = len(self.prefix + "work/")
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix=self.prefix + "work/")
        # In the order of their names the pieces of a journal are in order, too.
        for page in pages:
            for entry in page.get("Contents", []):
                path, _, offset = entry["Key"][start:].partition("@")
                if not wanted(path):
                    continue
                if offset:
                    self.bring_piece(path, int(offset), entry)
                else:
                    self.bring_file(path, entry)

    def bring_file(self, path, entry):
        place = os.path.join(self.root, path)
        modified = int(entry["LastModified"].timestamp() * 1e9)
        there = state_of(place)
        if there is None or there[0] != entry["Size"] or there[1] < modified:
            os.makedirs(os.path.dirname(place), exist_ok=True)
            beside = "%s.%d" % (place, os.getpid())
            self.client.download_file(self.name, entry["Key"], beside)
            os.utime(beside, ns=(modified, modified))
            os.replace(beside, place)
            there = state_of(place)
        if there[1] <= modified:
            self.sent[path] = there

    def bring_piece(self, path, offset, entry):
        place = os.path.join(self.root, path)
        end = offset + entry["Size"]
        there = state_of(place)
        if there is None or there[0] < end:
            os.makedirs(os.path.dirname(place), exist_ok=True)
            body = self.client.get_object(Bucket=self.name, Key=entry["Key"])["Body"].read()
            with open(place, "r+b" if there else "wb") as file:
                file.truncate(offset)
                file.seek(offset)
                file.write(body)
        self.sent[path] = max(end, self.sent.get(path, 0))

    def files(self, wanted):
        for folder, _, names in os.walk(self.root):
            for name in names:
                path = os.path.relpath(os.path.join(folder, name), self.root)
                state = state_of(os.path.join(folder, name)) if wanted(path) else None
                if state:
                    yield path, state

    def send(self, wanted):
        """Sends what is new. Journals go first: whatever stands in another file has been answered before."""
        new = [(path, state) for path, state in self.files(wanted) if self.sent.get(path) != state]
        new.sort(key=lambda entry: os.path.basename(entry[0]) != JOURNAL)
        for path, state in new:
            if os.path.basename(path) == JOURNAL:
                self.send_lines(path)
                continue
            try:
                self.client.upload_file(os.path.join(self.root, path), self.name, self.prefix + "work/" + path)
            except FileNotFoundError:
                continue
            self.sent[path] = state

    def send_lines(self, path):
        offset = self.sent.get(path, 0)
        with open(os.path.join(self.root, path), "rb") as file:
            file.seek(offset)
            lines = file.read()
        lines = lines[: lines.rfind(b"\n") + 1]
        if lines:
            self.put("work/%s@%015d" % (path, offset), lines)
            self.sent[path] = offset + len(lines)

    def send_all(self, wanted):
        """Sends what is new, and tries again where the service does not answer."""
        for number in range(TRIES):
            try:
                return self.send(wanted)
            except Exception:
                if number == TRIES - 1:
                    raise
                time.sleep(2**number)


def state_of(place):
    """Size and time of a file; None where there is none."""
    try:
        found = os.stat(place)
    except FileNotFoundError:
        return None
    return found.st_size, found.st_mtime_ns
