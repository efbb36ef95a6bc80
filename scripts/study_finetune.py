#!/usr/bin/env python3
"""A simulated study of fine-tuning: what 50, 200 and 800 labelled sentences are worth.

A model trained on PolNeAR alone stands for the bundled one, sentences of news/train for those that a user labels (the label
alone, as `annotator next` or chance chooses them), news/dev for the articles of that user, polnear/dev for what must not be
forgotten. The base:

    annotator train ../shared/data/polnear/train.jsonl --base MINILM --epochs 2 -o runs/polnear_only

Every run is kept in OUT/results.jsonl as it ends, so that the study goes on where it was stopped. OUT/figures.json, table.md and
curve.svg are written from it.
"""

import hashlib
import json
import random
import shutil
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

ROOT = Path(__file__).resolve().parent.parent
SIZES = (50, 200, 800)
NEXT_SHARE = 0.7  # `next` is to reach with this part of the labels what chance reaches with all
SEEDS = (1, 2, 3)
BEATS = ("courts", "local", "tech")
BEAT_SIZE = 200


@dataclass(frozen=True)
class Task:
    """One fine-tuning: which sentences are labelled, how many, and the seed of their choice and of the training."""

    kind: str  # random, next, whole (articles), full (all sentences), beat
    size: int
    seed: int
    beat: str | None = None

    @property
    def key(self) -> str:
        return "-".join(str(part) for part in (self.kind, self.beat, self.size, self.seed) if part is not None)


def list_tasks(quick: bool) -> list[Task]:
    """All runs, seed by seed, so that a study that is cut short has some of each kind."""
    sizes, seeds, beats = ((50,), (1,), BEATS[:1]) if quick else (SIZES, SEEDS, BEATS)
    tasks = []
    for seed in seeds:
        tasks += [Task("random", size, seed) for size in sizes]
        tasks += [Task("next", round(size * NEXT_SHARE), seed) for size in sizes]
        tasks += [Task("beat", 50 if quick else BEAT_SIZE, seed, beat) for beat in beats]
        tasks += [] if quick else [Task("full", 0, seed)]
    return tasks


class Study:
    """The data, the base model and the folder of results."""

    def __init__(self, base: Path, data: Path, out: Path, cut: bool) -> None:
        from annotator.evaluation import annotate_gold
        from annotator.labelled import read_labelled
        from annotator.pipeline import Annotator

        self.base, self.out = base, out
        self.results = out / "results.jsonl"
        news = read_labelled(data / "news" / "train.jsonl")
        if cut:  # for choosing options: nothing of the dev files is looked at
            polnear = [a for a in read_labelled(data / "polnear" / "train.jsonl") if share_of(a.id) < 0.08]
            self.pool = [article for article in news if share_of(f"t{article.id}") >= 0.25]
            self.tests = {"news": [a for a in news if share_of(f"t{a.id}") < 0.25], "polnear": polnear[:40]}
        else:
            self.pool = news
            self.tests = {name: read_labelled(data / name / "dev.jsonl") for name in ("news", "polnear")}
        self.beats = {beat: [article for article in news if article.meta.get("beat") == beat] for beat in BEATS}
        self._old = Annotator.load(base)
        self._annotated = {name: annotate_gold(self._old, articles) for name, articles in self.tests.items()}

    def run(self, task: Task) -> dict[str, Any]:
        """Fine-tune and measure; one row of the results."""
        from annotator.evaluation import annotate_gold
        from annotator.labelled import write_labelled
        from annotator.pipeline import Annotator
        from annotator.training.data import DataOptions
        from annotator.training.recipe import choose_config
        from annotator.training.train import train_model

        work = self.out / "work"
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir(parents=True)
        articles, tests = self.choose(task)
        write_labelled(articles, work / "labels.jsonl")
        began = time.monotonic()
        train_model(
            [work / "labels.jsonl"],
            work / "model",
            self.base,
            lambda *known: choose_config(*known, seed=task.seed),
            DataOptions(),
        )
        seconds = time.monotonic() - began
        new = Annotator.load(work / "model")
        measured = {}
        for name, gold in tests.items():
            old = self._annotated[name] if tests is self.tests else annotate_gold(self._old, gold)
            measured[name] = compare(gold, old, annotate_gold(new, gold))
        return {"key": task.key, "task": asdict(task), "seconds": round(seconds, 1), "measured": measured}

    def choose(self, task: Task) -> tuple[list, dict[str, list]]:
        """The articles to train on, with labels in the chosen sentences alone, and those to measure on."""
        rng = random.Random(task.key)
        if task.kind == "beat":
            articles = self.beats[task.beat or ""]
            labelled = rng.sample(articles, len(articles) // 2)
            rest = [article for article in articles if article not in labelled]
            return keep_places(labelled, rng.sample(list_places(labelled), task.size)), {task.beat or "": rest}
        places = list_places(self.pool)
        if task.kind == "next":
            places = self.rank_places(task.size)
        elif task.kind == "random":
            places = rng.sample(places, task.size)
        return keep_places(self.pool, places), self.tests

    def rank_places(self, count: int) -> list[tuple[int, int]]:
        """The sentences that `annotator next` would ask for, by the gold sentence that shares most with each."""
        from annotator.choose import choose_sentences, list_candidates
        from annotator.corroborate import load_encoder
        from annotator.evaluation import annotate_gold
        from annotator.evaluation.align import align_sentences

        annotations = annotate_gold(self._old, self.pool)
        candidates = [item for annotation in annotations for item in list_candidates(annotation.to_dict())]
        number = {article.id: place for place, article in enumerate(self.pool)}
        gold_of = {}
        for article, annotation in zip(self.pool, annotations, strict=True):
            partners = align_sentences([s.span for s in article.sentences], annotation.sentences)
            for place, partner in enumerate(partners):
                if partner is not None and article.sentences[place].label:
                    gold_of.setdefault((article.id, partner.id), place)
        known = [item for item in candidates if (item.article, item.sentence) in gold_of]
        chosen = choose_sentences(known, count, load_encoder().embed)
        found = [(item.candidate.article, item.candidate.sentence) for item in chosen]
        return [(number[article], gold_of[article, sentence]) for article, sentence in found]


def share_of(name: str) -> float:
    """A number in [0, 1) that the name alone decides."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big") / 2**32


def list_places(articles) -> list[tuple[int, int]]:
    """Article and place of every labelled sentence."""
    return [(a, s) for a, article in enumerate(articles) for s, item in enumerate(article.sentences) if item.label]


def keep_places(articles, places):
    """The articles that hold one of the places, with the label alone there and nothing elsewhere."""
    from dataclasses import replace

    from annotator.labelled import LabelledSentence

    chosen = {}
    for article, sentence in places:
        chosen.setdefault(article, set()).add(sentence)
    out = []
    for number, kept in sorted(chosen.items()):
        article = articles[number]
        sentences = tuple(
            LabelledSentence(item.start, item.end, item.label if place in kept else None, zone=item.zone)
            for place, item in enumerate(article.sentences)
        )
        out.append(replace(article, sentences=sentences, spans=(), spans_known=False))
    return out


def compare(gold, old, new) -> dict[str, Any]:
    """Macro-F1 of both models with the interval of the difference, F1 by label, and the summed confusion matrices."""
    from annotator.evaluation import compare_annotations
    from annotator.evaluation.evaluate import count_confusions

    main, *rest = compare_annotations(gold, old, new).rows
    return {
        "old": main.first.value,
        "new": main.second.value,
        "difference": main.difference.to_dict(),
        "verdict": main.verdict,
        "labels": {row.figure: row.second.value for row in rest},
        "confusions": [count_confusions(gold, each).sum(axis=0).tolist() for each in (old, new)],
    }


def summarise(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Means over seeds with their range, by kind and size, and the questions of the study with their answers."""
    groups: dict[tuple[str, int], list[dict[str, Any]]] = {}
    for row in rows:
        if row["task"]["kind"] != "beat":
            groups.setdefault((row["task"]["kind"], row["task"]["size"]), []).append(row)
    base = next((row["measured"] for row in rows if row["task"]["kind"] != "beat"), None)
    figures: dict[str, Any] = {
        "base": {name: part["old"] for name, part in (base or {}).items()},
        "runs": [],
        "beats": [],
    }
    for (kind, size), members in sorted(groups.items()):
        figures["runs"].append({"kind": kind, "labels": size, "seeds": len(members), **_average(members)})
    for beat in dict.fromkeys(row["task"]["beat"] for row in rows if row["task"]["kind"] == "beat"):
        found = [row for row in rows if row["task"]["beat"] == beat]
        members = [row["measured"][beat] for row in found]
        old, new = (macro_f1(np.sum([part["confusions"][i] for part in members], axis=0)) for i in (0, 1))
        figures["beats"].append(
            {"beat": beat, "labels": found[0]["task"]["size"], "seeds": len(found), "old": old, "new": new}
        )
    return figures | {"answers": answer(figures)}


def _average(members: list[dict[str, Any]]) -> dict[str, Any]:
    out: dict[str, Any] = {"seconds": round(float(np.mean([row["seconds"] for row in members])), 1)}
    for name in ("news", "polnear"):
        values = [row["measured"][name]["new"] for row in members]
        verdicts = [row["measured"][name]["verdict"] for row in members]
        out[name] = {"mean": float(np.mean(values)), "low": min(values), "high": max(values), "verdicts": verdicts}
    return out


def macro_f1(confusion: np.ndarray) -> float:
    """Macro-F1 of a confusion matrix (labels, labels + 1), rows gold, over the labels that occur."""
    size = len(confusion)
    hits, gold, predicted = np.diag(confusion[:, :size]), confusion.sum(axis=1), confusion[:, :size].sum(axis=0)
    present = gold + predicted > 0
    return float((2 * hits[present] / (gold + predicted)[present]).mean())


def answer(figures: dict[str, Any]) -> dict[str, str]:
    """The figures that the study is asked for, each beside what it should reach."""
    runs = {(run["kind"], run["labels"]): run for run in figures["runs"]}
    base, found = figures["base"], {}
    chance = {size: runs["random", size] for size in SIZES if ("random", size) in runs}
    if chance:
        worse = [size for size, run in chance.items() if "worse" in run["news"]["verdicts"]]
        found["sizes at which a run is worse on news/dev beyond noise (none)"] = ", ".join(map(str, worse)) or "none"
        falls = ", ".join(f"{size}: {run['polnear']['mean'] - base['polnear']:+.3f}" for size, run in chance.items())
        found["change of polnear/dev macro-F1 (at least -0.010)"] = falls
    if 800 in chance and ("full", 0) in runs:
        way = runs["full", 0]["news"]["mean"] - base["news"]
        share = (chance[800]["news"]["mean"] - base["news"]) / way if way else float("nan")
        found["part of the way to the model of all of news/train by 800 labels (at least 0.50)"] = (
            f"{share:.2f} of {way:+.3f}"
        )
    for size, run in chance.items():
        less = round(size * NEXT_SHARE)
        if ("next", less) in runs:
            gap = runs["next", less]["news"]["mean"] - run["news"]["mean"]
            found[f"`next` with {less} labels less chance with {size} (at least 0)"] = f"{gap:+.3f}"
    for beat in figures["beats"]:
        found[f"{beat['beat']}: gain by {beat['labels']} labels of its own (at least +0.030)"] = (
            f"{beat['new'] - beat['old']:+.3f} (from {beat['old']:.3f})"
        )
    if 200 in chance:
        found["minutes of a fine-tune on 200 sentences (at most 10)"] = f"{chance[200]['seconds'] / 60:.1f}"
    return found


def format_table(figures: dict[str, Any]) -> str:
    """The study as Markdown tables for models/README.md."""
    base = figures["base"]
    lines = ["| labelled sentences | chosen by | news/dev | polnear/dev | seconds |", "|---|---|---|---|---|"]
    lines.append(f"| 0 (base) | | {base['news']:.3f} | {base['polnear']:.3f} | |")
    names = {"random": "chance", "next": "`annotator next`", "full": "all there are"}
    for run in figures["runs"]:
        cells = [
            f"{run[part]['mean']:.3f} [{run[part]['low']:.3f}, {run[part]['high']:.3f}]" for part in ("news", "polnear")
        ]
        size = run["labels"] or "all"
        lines.append(f"| {size} | {names[run['kind']]} | {cells[0]} | {cells[1]} | {run['seconds']:.0f} |")
    lines += ["", "| question (what is to be reached) | found |", "|---|---|"]
    lines += [f"| {question} | {found} |" for question, found in figures["answers"].items()]
    return "\n".join(lines) + "\n"


def draw(figures: dict[str, Any], path: Path) -> None:
    """Macro-F1 against the number of labels, as SVG, the same bytes every time."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8, 3.6), layout="constrained")
    full = [run for run in figures["runs"] if run["kind"] == "full"]
    for place, name in enumerate(("news", "polnear"), 1):
        axes = figure.add_subplot(1, 2, place)
        axes.axhline(figures["base"][name], color="0.5", linewidth=0.8, linestyle="--", label="base")
        if full:
            axes.axhline(full[0][name]["mean"], color="0.5", linewidth=0.8, linestyle=":", label="all of news/train")
        for kind, colour, label in (("random", "#0b5796", "chosen by chance"), ("next", "#b4531a", "chosen by next")):
            runs = [run for run in figures["runs"] if run["kind"] == kind]
            sizes, means = [run["labels"] for run in runs], [run[name]["mean"] for run in runs]
            spread = [
                [run[name]["mean"] - run[name]["low"] for run in runs],
                [run[name]["high"] - run[name]["mean"] for run in runs],
            ]
            axes.errorbar(sizes, means, spread, marker="o", markersize=4, capsize=3, color=colour, label=label)
        axes.set(xscale="log", xlabel="labelled sentences", ylabel="macro-F1", title=f"{name}/dev")
        axes.set_xticks(SIZES, map(str, SIZES))
        axes.minorticks_off()
    axes.legend(fontsize=8)
    with rc_context({"svg.hashsalt": "annotator", "svg.fonttype": "none"}):
        figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None})


def main(
    base: Annotated[Path, typer.Option(help="Model trained on PolNeAR alone.")] = ROOT / "runs" / "polnear_only",
    data: Annotated[Path, typer.Option(help="Folder with the labelled data.")] = ROOT.parent / "shared" / "data",
    out: Annotated[Path, typer.Option("-o", "--out", help="Folder of the results.")] = ROOT / "runs" / "study",
    quick: Annotated[bool, typer.Option("--quick", help="One run of each kind on 50 sentences.")] = False,
    cut: Annotated[
        bool, typer.Option("--cut", help="Measure on articles cut from the train files, not on dev.")
    ] = False,
    threads: Annotated[int | None, typer.Option(min=1, help="Threads of torch.")] = None,
) -> None:
    """Run what is missing in OUT/results.jsonl, then write figures.json, table.md and curve.svg."""
    import torch
    from transformers.utils import logging

    logging.disable_progress_bar()
    logging.set_verbosity_error()
    if threads:
        torch.set_num_threads(threads)
    for folder in (base, data):
        if not folder.is_dir():
            typer.echo(f"error: {folder} is not there; see --help and the first lines of this script", err=True)
            raise typer.Exit(2)
    out.mkdir(parents=True, exist_ok=True)
    study = Study(base, data, out, cut)
    rows = [json.loads(line) for line in study.results.read_text().splitlines()] if study.results.is_file() else []
    for task in list_tasks(quick):
        if task.key in {row["key"] for row in rows}:
            continue
        rows.append(study.run(task))
        with study.results.open("a") as lines:
            lines.write(json.dumps(rows[-1]) + "\n")
        parts = (f"{name} {part['old']:.3f} -> {part['new']:.3f}" for name, part in rows[-1]["measured"].items())
        typer.echo(f"{task.key}: {', '.join(parts)}; {rows[-1]['seconds']:.0f} s", err=True)
    figures = summarise(rows)
    (out / "figures.json").write_text(json.dumps(figures, indent=2) + "\n")
    (out / "table.md").write_text(format_table(figures))
    draw(figures, out / "curve.svg")
    typer.echo(format_table(figures))


if __name__ == "__main__":
    typer.run(main)
