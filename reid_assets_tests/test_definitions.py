"""What Dagster loads: the graph as a picture in text, so that a change of it is seen in the diff."""

import subprocess
import sys
from pathlib import Path

from reid_assets.definitions import defs
from reid_assets.layout import PER_VIDEO

GRAPH = """
camera_flows <- global_id_map
flows <- global_id_map
galleries <- global_id_map, track_crops
global_id_map <- track_embeddings
identities <- global_id_map
merged_analytics <- global_id_map, tracks
occupancy <- global_id_map
od_matrix <- global_id_map
report <- galleries, global_id_map, merged_analytics
similarity_calibration <- global_id_map, track_embeddings
summary_global[video] <- global_id_map, tracks, tracks_global
track_crops[video] <- tracks
track_embeddings[video] <- tracks
tracks[video]
tracks_global[video] <- global_id_map, tracks
transitions <- global_id_map
visits <- global_id_map
"""


def test_the_graph_is_the_lineage_of_the_design() -> None:
    graph, lines = defs.get_repository_def().asset_graph, []
    for key in sorted(graph.get_all_asset_keys()):
        node = graph.get(key)
        parents = ", ".join(sorted(parent.to_user_string() for parent in node.parent_keys))
        name = key.to_user_string() + ("[video]" if node.is_partitioned else "")
        lines.append(f"{name} <- {parents}" if parents else name)
    assert lines == GRAPH.split("\n")[1:-1]


def test_tracks_are_somebody_elses_and_everything_else_is_made_here() -> None:
    graph = defs.get_repository_def().asset_graph
    external = {key.to_user_string() for key in graph.get_all_asset_keys() if graph.get(key).is_external}
    assert external == {"tracks"}


def test_every_asset_is_described_and_one_run_takes_many_videos() -> None:
    graph = defs.get_repository_def().asset_graph
    for key in graph.get_all_asset_keys():
        node = graph.get(key)
        assert node.description, key
        if key.to_user_string() in PER_VIDEO:
            assert node.backfill_policy.max_partitions_per_run is None, key


def test_loading_definitions_loads_no_network_library() -> None:
    code = (
        "import reid_assets.definitions, sys; "
        "print([m for m in ('torch', 'open_clip', 'openvino', 'onnxruntime') if m in sys.modules])"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "[]"


def test_the_workspace_file_leads_to_the_definitions() -> None:
    import yaml

    top = Path(__file__).parents[1]
    entry = yaml.safe_load((top / "workspace.yaml").read_text())["load_from"][0]["python_file"]
    assert (top / entry["relative_path"]).is_file()
