"""Among hundreds of views each video finds its own, and two that fit equally are none."""

from reid_assets.reid.cameras.views import Views
from reid_assets_tests.support.painted_views import background, brightness, moved, room


def anyone(camera: str) -> bool:
    return True


def test_a_video_finds_its_view_among_many() -> None:
    many = {f"camera {seed}": background(room(seed), frames=1) for seed in range(800, 860)}
    again = {f"again {seed}": background(room(seed), moved(4, -3), frames=1) for seed in range(800, 860, 20)}
    views = Views(many | again)
    for video in many:
        views.assign(video, video)
    for seed in range(800, 860, 20):
        camera, agreed = views.best(f"again {seed}", anyone, nobody)
        assert camera == f"camera {seed}" and agreed > 0.8
    assert views.best("again 800", lambda camera: camera != "camera 800", nobody)[0] is None


def nobody(camera: str) -> bool:
    return False


def test_two_cameras_of_one_view_leave_the_third_video_open_if_they_are_certain() -> None:
    view = room(900)
    views = Views(
        {name: background(view, brightness(gain)) for name, gain in (("a", 1), ("b", 0.8), ("c", 0.5))}
    )
    views.assign("a", "a")
    views.assign("b", "b")
    camera, agreed = views.best("c", anyone, anyone)
    assert camera is None and agreed > 0.8
    assert views.best("c", anyone, nobody)[0] in ("a", "b")


def test_what_nobody_has_seen_agrees_with_nothing() -> None:
    views = Views({})
    assert views.best("a", anyone, nobody) == (None, 0.0)
    assert views.agreement("a", ["b"]) is None and "a" not in views
