"""Guessing the cameras of videos that nobody has named: by name, then by background.

A name that says "camera" (`cam02`) is believed even where the pictures differ, as a camera can be turned; a
word that returns (`entrance`) only where they do not. Backgrounds join what names leave open, never two names
that say two cameras. The table is `cameras.py`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from reid_assets.reid.cameras.background import Background
from reid_assets.reid.cameras.video_names import NamedCamera, camera_label, cameras_by_name
from reid_assets.reid.cameras.views import OTHER_VIEW, SAME_VIEW, Views

# How sure a name is: it says "camera"; a word only returns; either while the pictures agree; the first while
# they differ. And a camera of its own: it shows another view than all others; nobody knows.
_LABELLED, _WORD, _CONFIRMED, _TURNED = 0.9, 0.7, 0.95, 0.6
_OTHER, NOTHING = 0.8, 0.5
# Videos that one is compared with, of those that share its name.
_COMPARED = 3


@dataclass(frozen=True)
class Assignment:
    """The camera of one video; see the columns of `cameras.CAMERAS`."""

    camera: str
    source: str
    confidence: float
    reason: str


class CameraGuess:
    """Assigns every video: stated ones first, then by name, then by background, then alone.

    Attributes:
        found: video -> its camera.
    """

    def __init__(
        self,
        videos: Iterable[str],
        backgrounds: Mapping[str, Background],
        stated: Mapping[str, Assignment],
    ) -> None:
        """`stated`: of those videos whose camera people have named."""
        self.found: dict[str, Assignment] = {}
        self._videos = sorted(videos)
        self._views = Views({video: backgrounds[video] for video in self._videos if video in backgrounds})
        self._labels = {video: camera_label(video) for video in self._videos}
        self._label_of: dict[str, set[str]] = {}
        # Why a name that tells a camera was not followed.
        self._refused: dict[str, str] = {}
        for video, one in stated.items():
            self._take(video, one)
        self._by_name()
        # Cameras that people or names tell; two of them that show one view are two all the same.
        self._certain = {one.camera for one in self.found.values()}
        self._certain |= {video for video, label in self._labels.items() if label}
        for video in self._videos:
            if video not in self.found:
                self._take(video, self._by_background(video))

    def _take(self, video: str, found: Assignment) -> None:
        self.found[video] = found
        self._views.assign(video, found.camera)
        if label := self._labels[video]:
            self._label_of.setdefault(found.camera, set()).add(label)

    def _by_name(self) -> None:
        named = cameras_by_name(self._videos)
        groups: dict[tuple[str, bool, int], list[str]] = {}
        for video, one in sorted(named.items()):
            groups.setdefault((one.camera, one.labelled, one.videos), []).append(video)
        for members in groups.values():
            # Those of a stated camera first: others come to them.
            members.sort(key=lambda video: video not in self.found)
            stated = sorted({self.found[video].camera for video in members if video in self.found})
            if len(stated) > 1:
                said = f"its name is like those of {stated[0]!r} and {stated[1]!r}, which are two cameras"
                self._refused |= dict.fromkeys(members, said)
                continue
            for part in self._same_views(members, named[members[0]]):
                of_part = {self.found[video].camera for video in part if video in self.found}
                camera = next(iter(of_part), None) or self._unused(named[members[0]].camera, part[0])
                for video in part:
                    if video not in self.found:
                        self._take(video, self._name_found(video, camera, named[video], part))

    def _same_views(self, members: list[str], named: NamedCamera) -> list[list[str]]:
        """The videos that share a name, in groups that show one view; who is left alone is left out.

        A name that says "camera" is one group, whatever the pictures say.
        """
        parts: list[list[str]] = []
        for video in members:
            fitting = (part for part in parts if named.labelled or self._agree(video, part) >= OTHER_VIEW)
            part = next(fitting, None)
            if part is None:
                parts.append([video])
            else:
                part.append(video)
        if len(parts) < 2:
            return parts
        said = f"its name shares {named.camera!r} with others, whose backgrounds are several views"
        self._refused |= dict.fromkeys(members, said)
        # Nobody knows which of the views a video without a picture shows.
        seen = [[video for video in part if video in self._views or video in self.found] for part in parts]
        return [part for part in seen if len(part) > 1]

    def _agree(self, video: str, others: list[str]) -> float:
        """Agreement with some videos; 1 where it is not known, as then nothing speaks against it."""
        value = self._views.agreement(video, others[:_COMPARED])
        return 1.0 if value is None else value

    def _name_found(self, video: str, camera: str, named: NamedCamera, part: list[str]) -> Assignment:
        others = [other for other in part if other != video]
        more = f" and {len(others) - 2} more" if len(others) > 2 else ""
        shared = f"its name shares {named.camera!r} with {', '.join(others[:2])}{more}"
        agreed = self._views.agreement(video, others[:_COMPARED])
        if agreed is not None and agreed >= SAME_VIEW:
            return Assignment(camera, "name", _CONFIRMED, f"{shared}; the backgrounds agree ({agreed:.0%})")
        if named.labelled and agreed is not None and agreed < OTHER_VIEW:
            turned = f"{shared}, although the backgrounds differ ({agreed:.0%}): turned, or another light?"
            return Assignment(camera, "name", _TURNED, turned)
        return Assignment(camera, "name", _LABELLED if named.labelled else _WORD, shared)

    def _by_background(self, video: str) -> Assignment:
        camera, agreed = self._views.best(
            video, lambda one: self._may_be(video, one), self._certain.__contains__
        )
        if camera is not None:
            like, sure = (
                next(one for one in self.found if self.found[one].camera == camera),
                agreed * _CONFIRMED,
            )
            if self.found[like].source == "own":
                # The video that such a camera began with learns only now that it is not alone.
                others = "others show the same background"
                self.found[like] = Assignment(camera, "background", sure, others)
            reason = f"its background agrees with that of {like} ({agreed:.0%})"
            return Assignment(camera, "background", sure, reason)
        if video in self._refused:
            return Assignment(video, "own", NOTHING, self._refused[video])
        if video not in self._views:
            why = "its name tells nothing; its background is unknown, plain, or moves with the camera"
            return Assignment(video, "own", NOTHING, why)
        if agreed >= SAME_VIEW:
            why = f"its background agrees with those of two cameras ({agreed:.0%})"
            return Assignment(video, "own", NOTHING, why)
        why = f"no other background agrees with its own (at most {agreed:.0%})"
        return Assignment(video, "own", _OTHER if agreed < OTHER_VIEW else NOTHING, why)

    def _may_be(self, video: str, camera: str) -> bool:
        """Whether a background may decide: not against two names that say two cameras."""
        label, labels = self._labels[video], self._label_of.get(camera)
        return label is None or not labels or label in labels

    def _unused(self, camera: str, first: str) -> str:
        """A guessed camera's name, or that of its first video where another camera or video has it."""
        taken = {one.camera for one in self.found.values()} | set(self._videos)
        return first if camera in taken else camera
