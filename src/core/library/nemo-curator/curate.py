"""Removes near duplicates from the records beside this file and labels what is left, with NeMo Curator.

    pip install "nemo-curator[text_cuda12]>=1.4,<2"
    python curate.py                                 # near duplicates go; needs GPUs
    python curate.py --classify quality domain       # and every record gets these labels; needs GPUs and the Hub
    python curate.py --dedup none --min-words 20     # needs no GPU

It starts Ray on this machine, or works on the cluster that RAY_ADDRESS names, whose nodes must all see this folder. What
is left is written to kept/. `openline import FOLDER` then makes it a review of the dataset that the records are from. It
goes by `openline_id` alone: change this program as you like, as long as that field stays in what it writes.
"""

import argparse
import os
import shutil

from nemo_curator.backends.ray_data import RayDataExecutor
from nemo_curator.pipeline import Pipeline
from nemo_curator.stages.text.io.reader import JsonlReader
from nemo_curator.stages.text.io.writer import JsonlWriter

HERE = os.path.dirname(os.path.abspath(__file__))
BLOCK = "256MiB"
CLASSIFIERS = {
    "quality": "QualityClassifier",
    "domain": "DomainClassifier",
    "content-type": "ContentTypeClassifier",
    "education": "FineWebEduClassifier",
}


def read_options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dedup", choices=["fuzzy", "exact", "none"], default="fuzzy")
    parser.add_argument("--classify", nargs="*", choices=sorted(CLASSIFIERS), default=[], metavar="LABEL")
    parser.add_argument("--min-words", type=int, default=0, help="records with fewer words go (default: none)")
    parser.add_argument("--records", default=os.path.join(HERE, "records"))
    parser.add_argument("--kept", default=os.path.join(HERE, "kept"))
    parser.add_argument("--work", default=os.path.join(HERE, "work"), help="folder for what is made on the way")
    return parser.parse_args()


def without_duplicates(options):
    """The folder of what is left when all but one of the records that are alike are gone."""
    from nemo_curator.core.client import RayClient
    from nemo_curator.stages.deduplication.id_generator import CURATOR_DEDUP_ID_STR
    from nemo_curator.stages.text.deduplication.removal_workflow import TextDuplicatesRemovalWorkflow

    found = os.path.join(options.work, "duplicates")
    common = {"input_path": options.records, "output_path": found, "input_filetype": "jsonl", "input_blocksize": BLOCK}
    if options.dedup == "fuzzy":
        from nemo_curator.stages.deduplication.fuzzy.workflow import FuzzyDeduplicationWorkflow

        workflow = FuzzyDeduplicationWorkflow(cache_path=os.path.join(options.work, "cache"), **common)
        ids = os.path.join(found, "FuzzyDuplicateIds")
    else:
        from nemo_curator.stages.deduplication.exact.workflow import ExactDeduplicationWorkflow

        workflow = ExactDeduplicationWorkflow(**common)
        ids = os.path.join(found, "ExactDuplicateIds")
    unique = os.path.join(options.work, "unique")
    removal = TextDuplicatesRemovalWorkflow(
        input_path=options.records,
        input_filetype="jsonl",
        input_blocksize=BLOCK,
        ids_to_remove_path=ids,
        duplicate_id_field=CURATOR_DEDUP_ID_STR,
        id_generator_path=os.path.join(found, options.dedup + "_id_generator.json"),
        output_path=unique,
        output_filetype="jsonl",
        output_fields=["openline_id", "text"],
    )
    # Numbers records across several pipelines, so that these need one Ray around them.
    client = RayClient()
    client.start()
    try:
        workflow.run()
        if not os.path.isdir(ids):
            return options.records
        removal.run(RayDataExecutor())
        return unique
    finally:
        client.stop()


def stages(options):
    if options.min_words > 0:
        from nemo_curator.stages.text.filters import ScoreFilter
        from nemo_curator.stages.text.filters.heuristic import WordCountFilter

        yield ScoreFilter(WordCountFilter(min_words=options.min_words, max_words=10**9), text_field="text")
    if options.classify:
        from nemo_curator.stages.text import classifiers

        for label in options.classify:
            yield getattr(classifiers, CLASSIFIERS[label])()


def main():
    options = read_options()
    for folder in (options.work, options.kept):
        shutil.rmtree(folder, ignore_errors=True)
    left = options.records if options.dedup == "none" else without_duplicates(options)
    reader = JsonlReader(left, blocksize=BLOCK, fields=["openline_id", "text"])
    Pipeline(name="openline", stages=[reader, *stages(options), JsonlWriter(options.kept)]).run(RayDataExecutor())
    print("Left over:", options.kept)


if __name__ == "__main__":
    main()
