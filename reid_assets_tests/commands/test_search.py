"""`reid-assets search` on a real root: by track, picture and words."""

import json
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import pytest
import torch

from reid_assets.reid.backbones.torchvision_schemas import make_torchvision_importable
from reid_assets.reid.core.embeddings import unit_rows
from reid_assets_tests.support.cli_calls import Called, call
from reid_assets_tests.support.tiny_root import make_root, write_config

MODEL = "ViT-S-32-alt"


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    make_torchvision_importable()
    import open_clip

    torch.manual_seed(1)
    file = tmp_path_factory.mktemp("weights") / "clip.pt"
    torch.save(open_clip.create_model(MODEL).state_dict(), file)
    return file


class Made:
    """A small root on which everything was made."""

    def __init__(self, folder: Path, **config: dict) -> None:
        make_root(folder / "cv")
        self.root, self.config = folder / "cv", write_config(folder, **config)
        assert self.do("run").code == 0

    def do(self, *words: str) -> Called:
        return call(*words, "--root", str(self.root), "--config", str(self.config))

    def find(self, *words: str) -> list[dict]:
        called = self.do("search", *words, "--json")
        assert called.code == 0, called.said
        return json.loads(called.out)

    @property
    def map(self) -> pd.DataFrame:
        return pd.read_csv(self.root / "reid" / "global_id_map.csv")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    return Made(tmp_path_factory.mktemp("searched"))


def test_by_track_the_own_identity_is_left_out_and_the_others_are_ranked(made: Made) -> None:
    own = made.map.iloc[0]
    hits = made.find("--track", f"{own['video']}:{own['track_id']}")
    assert {hit["global_id"] for hit in hits} == set(made.map["global_id"]) - {own["global_id"]}
    assert [hit["score"] for hit in hits] == sorted((hit["score"] for hit in hits), reverse=True)
    for hit in hits:
        row = made.map[(made.map["video"] == hit["video"]) & (made.map["track_id"] == hit["track_id"])]
        assert row["global_id"].tolist() == [hit["global_id"]]
        assert Path(hit["crop"]).is_file() and hit["visits"]


def test_a_kept_picture_finds_its_own_identity(made: Made) -> None:
    for _, row in made.map.iterrows():
        crops = sorted((made.root / "reid" / "crops" / row["video"]).glob(f"tid{row['track_id']}_f*.jpg"))
        assert made.find("--image", str(crops[0]), "--limit", "1")[0]["global_id"] == row["global_id"]


def test_filters_leave_out_what_is_not_asked_for(made: Made) -> None:
    own, other = made.map.iloc[0], sorted(set(made.map["video"]))[-1]
    hits = made.find("--track", f"{own['video']}:{own['track_id']}", "--camera", other)
    assert {hit["video"] for hit in hits} <= {other}
    assert made.find("--track", f"{own['video']}:{own['track_id']}", "--from", "2126-01-01") == []
    called = made.do("search", "--track", f"{own['video']}:{own['track_id']}", "--from", "2126-01-01")
    assert called.code == 0 and "Nobody" in called.said


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ([], 2, "just one of --track, --image and --text"),
        (["--track", "a:0", "--text", "x"], 2, "just one of"),
        (["--track", "a"], 2, "--track 'a'"),
        (["--track", "a:99"], 1, "global_id_map.csv"),
        (["--image", "none.jpg"], 1, "none.jpg"),
        (["--track", "a:0", "--camera", "moon"], 2, "Cameras: "),
        (["--track", "a:0", "--from", "soon"], 2, "2026-03-14T09:30"),
        (["--text", "red"], 2, "search: {text_backbone: open-clip:ViT-B-32}"),
        (["--image", __file__], 1, "not a picture"),
    ],
)
def test_what_cannot_be_asked_is_told_in_a_line(made: Made, words: list[str], code: int, said: str) -> None:
    called = made.do("search", *words)
    assert called.code == code and said in called.said and "Traceback" not in called.said


def test_words_are_compared_exactly_as_the_model_itself_does(tmp_path: Path, checkpoint: Path) -> None:
    import open_clip

    name = f"open-clip:{MODEL}@{checkpoint}"
    made = Made(tmp_path, search={"text_backbone": name})
    stored = {path.stem: dict(np.load(path)) for path in (made.root / "reid/text_embeddings").glob("*.npz")}
    assert set(stored) == set(made.map["video"]), "the run has made them, since the setting asks for it"
    hits = made.find("--text", "a person in a red coat")

    model = open_clip.create_model(MODEL, pretrained=str(checkpoint), pretrained_text=False).eval()
    tokens, prompts = open_clip.get_tokenizer(MODEL), ("{}", "a photo of {}.", "a cropped photo of {}.")
    prompts = (*prompts, "a low resolution photo of {}.")
    with torch.inference_mode():
        said, plain = (
            unit_rows(
                unit_rows(
                    model.encode_text(tokens([prompt.format(text) for prompt in prompts])).numpy()
                ).mean(axis=0)[None]
            )[0]
            for text in ("a person in a red coat", "a person")
        )
    query = (said - plain) / np.linalg.norm(said - plain)
    expected = _scores(made, stored, query)
    assert {(hit["video"], hit["track_id"]): hit["score"] for hit in hits} == pytest.approx(
        {key: expected[key] for key in ((hit["video"], hit["track_id"]) for hit in hits)}, abs=2e-3
    )
    assert hits[0]["score"] == pytest.approx(max(expected.values()), abs=2e-3)


def _scores(made: Made, stored: dict[str, dict], query: np.ndarray) -> dict[tuple[str, int], float]:
    """The definition, by hand: crops without their camera's mean, pooled by track, standardised cosines."""
    rows = made.map[["video", "track_id"]].itertuples(index=False, name=None)
    keys = sorted((str(video), int(track)) for video, track in rows)
    crops = {
        key: unit_rows(
            stored[key[0]]["vectors"][stored[key[0]]["track_id"] == key[1]].astype(np.float32)
        ).astype(np.float64)
        for key in keys
    }
    common = np.concatenate(list(crops.values())).mean(axis=0)
    kept = common * 5 / (len(keys) + 5)
    pooled = {}
    for video in sorted(stored):
        own = [key for key in keys if key[0] == video]
        every = np.concatenate([crops[key] for key in own])
        offset = common + (every.mean(axis=0) - common) * len(every) / (len(every) + 20) - kept
        for key in own:
            centred = crops[key] - offset
            mean = (centred / np.linalg.norm(centred, axis=1, keepdims=True)).mean(axis=0)
            pooled[key] = mean / np.linalg.norm(mean)
    cosine = np.array([pooled[key] @ query for key in keys])
    return dict(zip(keys, ((cosine - cosine.mean()) / cosine.std()).tolist(), strict=True))


@pytest.mark.long
def test_text_embeddings_are_those_of_the_kept_crops_and_go_with_who_is_forgotten(
    tmp_path: Path, checkpoint: Path
) -> None:
    import open_clip

    made = Made(tmp_path, search={"text_backbone": f"open-clip:{MODEL}@{checkpoint}"})
    gone = made.map.iloc[0]
    file = made.root / "reid/text_embeddings" / f"{gone['video']}.npz"
    stored = dict(np.load(file))
    crop = made.root / "reid/crops" / gone["video"] / f"tid{stored['track_id'][0]}_f{stored['frame'][0]}.jpg"
    model = open_clip.create_model(MODEL, pretrained=str(checkpoint), pretrained_text=False).eval()
    image = cv2.cvtColor(cv2.resize(cv2.imread(str(crop)), (224, 224)), cv2.COLOR_BGR2RGB)
    mean, std = np.array(open_clip.OPENAI_DATASET_MEAN), np.array(open_clip.OPENAI_DATASET_STD)
    pixels = ((image / 255 - mean) / std).transpose(2, 0, 1)[None].astype(np.float32)
    with torch.inference_mode():
        vector = unit_rows(model.encode_image(torch.from_numpy(pixels)).numpy())[0]
    assert float(vector @ unit_rows(stored["vectors"][:1].astype(np.float32))[0]) > 0.98
    assert made.do("forget", f"{gone['video']}:{gone['track_id']}", "--yes").code == 0
    left = np.load(file)["track_id"] if file.is_file() else np.empty(0)
    assert gone["track_id"] not in left
    assert made.do("forget", "--check").code == 0
