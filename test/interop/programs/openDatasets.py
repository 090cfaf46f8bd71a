"""Opens a dataset folder with `datasets` and a Parquet file with pyarrow, as training code does; tells what is there as JSON."""

import json
import sys

import pyarrow.parquet
from datasets import load_dataset

folder, parquet = sys.argv[1:]
dataset = load_dataset(folder)
table = pyarrow.parquet.read_table(parquet)
print(
    json.dumps(
        {
            "splits": {name: part.to_list() for name, part in dataset.items()},
            "features": {name: str(feature) for name, feature in dataset["train"].features.items()},
            "parquet": table.to_pylist(),
            "types": {field.name: str(field.type) for field in table.schema},
        }
    )
)
