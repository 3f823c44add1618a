import numpy as np

from reid_assets.reid.association.camera_pair_norm import CameraPairNorm


def random_units(draw, n, dim=32):
    vectors = draw.normal(size=(n, dim)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def shifted(draw, n=400, cameras=2):
    """A camera adds the same to all its vectors."""
    camera = np.arange(n) % cameras
    vectors = random_units(draw, n) + 0.7 * random_units(draw, cameras)[camera]
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32), camera


def test_different_identities_of_one_camera_and_of_two_get_the_same_scores_on_average():
    vectors, camera = shifted(np.random.default_rng(0))
    pairs = CameraPairNorm.fit(vectors, camera)
    rows = np.arange(len(vectors))
    score = pairs.score(vectors @ vectors.T, rows[:, None], rows)
    same = np.equal.outer(camera, camera) & ~np.eye(len(rows), dtype=bool)
    raw = vectors @ vectors.T
    assert np.median(raw[same]) - np.median(raw[camera[:, None] != camera]) > 0.2
    assert abs(np.median(score[same]) - np.median(score[camera[:, None] != camera])) < 0.1


def test_scores_are_symmetric_and_the_table_of_many_cameras_is_of_two_kinds():
    draw = np.random.default_rng(1)
    for cameras in (1, 3, 100):
        vectors, camera = shifted(draw, cameras=cameras)
        pairs = CameraPairNorm.fit(vectors, camera)
        rows = np.arange(len(vectors))
        score = pairs.score(vectors @ vectors.T, rows[:, None], rows)
        np.testing.assert_allclose(score, score.T, atol=1e-4)
        some = rows[::7]
        np.testing.assert_allclose(pairs.score_rows(vectors[some] @ vectors.T, some), score[some], atol=1e-4)
        assert pairs.centre.shape == ((2,) if cameras == 100 else (cameras, cameras))


def test_two_vectors_and_equal_vectors_have_a_spread():
    for vectors in (np.eye(2, 8, dtype=np.float32), np.ones((5, 4), dtype=np.float32) / 2):
        pairs = CameraPairNorm.fit(vectors, np.zeros(len(vectors), dtype=np.int64))
        assert (pairs.spread > 0).all()
