"""Every fault trial in its short form, and the ledger that `make faults` writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.faults import ledger, played
from tests.faults.played import Played
from tests.faults.trial import Outcome, UnplayableError

TRIALS = ledger.trials()
BLOCKS = [
    pytest.param(word, seed, min(ledger.block_of(trial), trial.SHORT - seed + 1), id=f"{word}-{seed}")
    for word, trial in TRIALS.items()
    for seed in range(1, trial.SHORT + 1, ledger.block_of(trial))
]


@pytest.mark.parametrize(("word", "seed", "count"), BLOCKS)
def test_no_promise_is_broken(word: str, seed: int, count: int) -> None:
    outcome = TRIALS[word].run(count, seed)
    assert outcome.breaches == 0, "\n".join(outcome.notes)
    assert outcome.trials == count


def test_the_ledger_has_a_row_for_every_trial_and_each_comes_from_what_was_played() -> None:
    text = ledger.LEDGER.read_text(encoding="utf-8")
    assert ledger.render(TRIALS, ledger.rows(text)) == text


def test_a_figure_changed_by_hand_is_no_row_of_the_ledger() -> None:
    block = Played(code="c0ffee00")
    block.add(1, 30, Outcome(30, 0))
    text = ledger.render(TRIALS, dict.fromkeys(TRIALS, block))
    assert set(ledger.rows(text)) == set(TRIALS)
    prettier = text.replace("| 30 | 0 | 0.1 |", "| 30 | 0 | 0.001 |")
    assert ledger.render(TRIALS, ledger.rows(prettier)) != prettier


def test_a_stopped_run_goes_on_behind_its_last_whole_block() -> None:
    block = Played(code="c0ffee00")
    block.add(1, 30, Outcome(30, 0))
    block.add(31, 30, Outcome(30, 1, ["seed 44: two effects"]))
    assert (block.next_seed, block.seeds, block.cases, block.breaches) == (61, [[1, 60]], 60, 1)


def test_what_was_played_on_other_code_does_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(played, "STATE", tmp_path)
    block = Played(code="c0ffee00")
    block.add(1, 30, Outcome(30, 0))
    played.keep("kills", block)
    assert played.recall("kills", "c0ffee00").cases == 30
    assert played.recall("kills", "decade00").cases == 0


def test_a_trial_that_is_mended_leaves_the_figures_of_all_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(played, "ROOT", tmp_path)
    trials = tmp_path / "tests" / "faults"
    trials.mkdir(parents=True)
    for name in ("trial_kills", "trial_portals", "town"):
        (trials / f"{name}.py").write_text("AT_MOST = 0.3\n", encoding="utf-8")

    def changes(name: str) -> list[bool]:
        before = [played.code_now(word) for word in ("kills", "portals", "")]
        with (trials / name).open("a", encoding="utf-8") as file:
            file.write("AT_MOST = 0.2\n")
        return [played.code_now(word) != code for word, code in zip(("kills", "portals", ""), before, strict=True)]

    assert changes("trial_kills.py") == [True, False, False]
    assert changes("town.py") == [True, True, True]


def test_a_stopped_run_goes_on_from_the_ledger_on_another_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(played, "STATE", tmp_path / "nothing played here")
    monkeypatch.setattr(ledger, "LEDGER", tmp_path / "fault-ledger.md")
    block = Played(code="c0ffee00")
    block.add(1, 2, Outcome(2, 1, ["seed 1"]))
    ledger.LEDGER.write_text(ledger.render(TRIALS, {"kills": block}), encoding="utf-8")
    assert ledger.reached(["kills"], lambda _word: "decade00")["kills"].cases == 0
    ledger.play({"kills": Broken()}, "full", 1, lambda _word: "c0ffee00")
    done = played.recall("kills", "c0ffee00")
    assert (done.cases, done.seeds, done.notes) == (3, [[1, 3]], ["seed 1", "seed 3"])


class Unplayable:
    """A trial whose program is not on this machine."""

    NAME, EXPECTED, GOAL, SHORT = "nothing", "nothing", 3, 1

    def run(self, count: int, seed: int) -> Outcome:
        raise UnplayableError("no nginx")


class Stumbling(Unplayable):
    """A trial whose server comes too late in the second case, and would not if it were asked again."""

    def run(self, count: int, seed: int) -> Outcome:
        if seed == 2:
            raise TimeoutError("waited 30 s")
        return Outcome(count, 0)


class Broken(Unplayable):
    """A trial that finds something in each second case."""

    def run(self, count: int, seed: int) -> Outcome:
        return Outcome(count, seed % 2, [f"seed {seed}"] if seed % 2 else [])


def test_one_trial_that_cannot_be_played_stops_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(played, "STATE", tmp_path)
    assert ledger.play({"slow": Unplayable(), "kills": Broken()}, "full", 1, lambda _word: "c0ffee00") == 3
    assert played.recall("slow", "c0ffee00").cases == 0
    done = played.recall("kills", "c0ffee00")
    assert (done.cases, done.breaches, done.notes) == (3, 2, ["seed 1", "seed 3"])


def test_a_trial_that_stumbles_is_broken_and_its_block_is_not_played_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(played, "STATE", tmp_path)
    assert ledger.play({"kills": Stumbling()}, "full", 1, lambda _word: "c0ffee00") == 1
    done = played.recall("kills", "c0ffee00")
    assert (done.cases, done.breaches, done.seeds) == (3, 1, [[1, 3]])
    [note] = done.notes
    assert note.startswith("seed 2: broke off: ")
    assert note.endswith("TimeoutError: waited 30 s")
    assert ledger.rows(ledger.render(TRIALS, {"kills": done}))["kills"].notes == [note]


def test_one_case_again_that_stumbles_is_broken_too(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(ledger, "trials", lambda: {"kills": Stumbling(), "slow": Unplayable()})
    assert [ledger.main(["--again", "kills", seed]) for seed in ("1", "2")] == [0, 1]
    assert "waited 30 s\n1 of 1 broken" in capsys.readouterr().out
    assert ledger.main(["--again", "slow", "1"]) == 1
    assert "cannot be played here: no nginx" in capsys.readouterr().out


def test_what_blocks_count_is_summed_and_read_again_from_the_ledger() -> None:
    block = Played(code="c0ffee00")
    block.add(1, 30, Outcome(30, 0, [], {"before the commit": 1_200, "after it": 0}))
    block.add(31, 30, Outcome(30, 0, [], {"before the commit": 24, "after it": 6, "torn": 1}))
    text = ledger.render(TRIALS, {"kills": block})
    assert "- `kills` in all: 1,224 before the commit, 6 after it, 1 torn\n" in text
    again = ledger.rows(text)["kills"]
    assert again.counts == block.counts == {"before the commit": 1_224, "after it": 6, "torn": 1}
    assert ledger.render(TRIALS, {"kills": again}) == text


def test_no_breach_is_pushed_out_by_remarks_nor_by_later_breaches() -> None:
    block = Played(code="c0ffee00")
    for seed in range(1, 61):
        block.add(seed, 1, Outcome(1, 1, [f"seed {seed}: lost", f"block {seed}: it rained"]))
    assert block.notes[:-5] == [f"seed {seed}: lost" for seed in range(1, played.BREACHES_TOLD + 1)]
    assert block.notes[-5:] == [f"block {seed}: it rained" for seed in range(56, 61)]
    assert block.breaches == 60


@pytest.mark.parametrize(("notes", "said"), [([], "does not say how"), (["the rig sees nothing"], "sees nothing")])
def test_a_breach_that_names_no_case_is_kept_under_its_block(notes: list[str], said: str) -> None:
    block = Played(code="c0ffee00")
    block.add(31, 30, Outcome(30, 1, notes))
    [note] = block.notes
    assert note.startswith("seed 31–60: ")
    assert said in note


def test_a_state_of_another_shape_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(played, "STATE", tmp_path)
    (tmp_path / "kills.json").write_text('{"code": "c0ffee00", "cases": 3, "weather": "rain"}', encoding="utf-8")
    assert played.recall("kills", "c0ffee00") == Played(code="c0ffee00")
    (tmp_path / "kills.json").write_text('{"code": "c0ffee00", "cases": 3, "seeds": [[1, 3]]}', encoding="utf-8")
    assert (played.recall("kills", "c0ffee00").cases, played.recall("kills", "c0ffee00").counts) == (3, {})
