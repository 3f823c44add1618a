"""What Dagster loads: the graph as a picture in text, so that a change of it is seen in the diff."""

import subprocess
import sys
from pathlib import Path

from reid_assets.artifacts import ARTIFACTS
from reid_assets.definitions import defs

GRAPH = """
annotated_video[video] (presentation) <- configuration/privacy, corrections, forgotten, global_id_map, identity_names, tracks
association_report (identity) <- cameras, cameras_and_clocks, configuration/associate, corrections, track_embeddings
background[video] (embedding) <- configuration/backbone, configuration/embed, forgotten, tracks
camera_flows (movement) <- cameras_and_clocks, configuration/flows, global_id_map, visits
cameras (identity) <- background, cameras_and_clocks, configuration/cameras
cameras_and_clocks (inputs)
configuration/associate (inputs)
configuration/backbone (inputs)
configuration/cameras (inputs)
configuration/embed (inputs)
configuration/flows (inputs)
configuration/galleries (inputs)
configuration/privacy (inputs)
configuration/report (inputs)
configuration/search (inputs)
corrections (inputs)
expected_accuracy (identity) <- association_report, cameras, cameras_and_clocks, configuration/associate, corrections, global_id_map, track_embeddings
flows (movement) <- cameras_and_clocks, configuration/flows, global_id_map, visits
forgotten (inputs)
galleries (presentation) <- configuration/galleries, configuration/privacy, global_id_map, identity_evidence, track_crops
global_id_map (identity) <- cameras, cameras_and_clocks, configuration/associate, corrections, track_embeddings
identities (movement) <- cameras_and_clocks, configuration/flows, global_id_map, visits
identity_aliases (identity) <- association_report, global_id_map, identity_names
identity_events (identity) <- association_report, global_id_map, identity_names
identity_evidence (identity) <- cameras, cameras_and_clocks, configuration/associate, corrections, track_embeddings
identity_names (identity) <- corrections, global_id_map
look_alikes (identity) <- cameras, global_id_map, track_embeddings
merged_analytics (presentation) <- association_report, cameras_and_clocks, configuration/flows, forgotten, global_id_map, tracks, visits
occupancy (movement) <- cameras_and_clocks, configuration/flows, global_id_map, visits
od_matrix (movement) <- cameras_and_clocks, configuration/flows, global_id_map, visits
report (presentation) <- cameras_and_clocks, configuration/flows, configuration/privacy, configuration/report, expected_accuracy, forgotten, galleries, global_id_map, identity_events, identity_evidence, identity_names, look_alikes, merged_analytics, tracks, visits
review_queue (identity) <- association_report, cameras, cameras_and_clocks, configuration/associate, configuration/privacy, corrections, global_id_map, identity_evidence, track_embeddings
similarity_calibration (identity) <- association_report, cameras, cameras_and_clocks, configuration/associate, corrections, global_id_map, track_embeddings
summary_global[video] (presentation) <- forgotten, global_id_map, tracks, tracks_global
text_embeddings[video] (embedding) <- configuration/search, track_crops
track_crops[video] (embedding) <- configuration/backbone, configuration/embed, forgotten, tracks
track_embeddings[video] (embedding) <- configuration/backbone, configuration/embed, forgotten, tracks
tracks[video] (inputs)
tracks_global[video] (identity) <- global_id_map, tracks
transitions (movement) <- cameras_and_clocks, configuration/flows, global_id_map, visits
visits (movement) <- cameras_and_clocks, configuration/flows, global_id_map
"""  # noqa: E501


def test_the_graph_is_the_lineage_of_the_design() -> None:
    graph, lines = defs.get_repository_def().asset_graph, []
    for key in sorted(graph.get_all_asset_keys()):
        node = graph.get(key)
        parents = ", ".join(sorted(parent.to_user_string() for parent in node.parent_keys))
        name = key.to_user_string() + ("[video]" if node.is_partitioned else "") + f" ({node.group_name})"
        lines.append(f"{name} <- {parents}" if parents else name)
    assert lines == GRAPH.split("\n")[1:-1]


def test_tracks_are_somebody_elses_and_everything_else_is_made_here() -> None:
    graph = defs.get_repository_def().asset_graph
    external = {key.to_user_string() for key in graph.get_all_asset_keys() if graph.get(key).is_external}
    sections = {
        "associate",
        "backbone",
        "cameras",
        "embed",
        "flows",
        "galleries",
        "privacy",
        "report",
        "search",
    }
    assert external == {
        "tracks",
        "cameras_and_clocks",
        "corrections",
        "forgotten",
        *(f"configuration/{section}" for section in sections),
    }


def test_every_asset_is_described_and_one_run_takes_many_videos() -> None:
    graph = defs.get_repository_def().asset_graph
    for key in graph.get_all_asset_keys():
        node = graph.get(key)
        assert node.description, key
        if key.to_user_string() in ARTIFACTS.per_video:
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
