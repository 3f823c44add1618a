"""What MOTChallenge files hold (https://motchallenge.net/instructions), and the columns they become.

A line is: frame (from 1), id, left, top, width, height in pixels, confidence; then class and visibility
(ground truth, nine columns) or three world coordinates (results, ten columns). Reading is `formats/mot.py`.
"""

# Of MOT16 to MOT20, as in the data description of the benchmark.
MOT_CLASSES = {
    1: "person",
    2: "person on vehicle",
    3: "car",
    4: "bicycle",
    5: "motorbike",
    6: "non motorized vehicle",
    7: "static person",
    8: "distractor",
    9: "occluder",
    10: "occluder on the ground",
    11: "occluder full",
    12: "reflection",
    13: "crowd",
}
COLUMNS = ["frame", "track_id", "class_id", "class_name", "x1", "y1", "x2", "y2", "conf"]
