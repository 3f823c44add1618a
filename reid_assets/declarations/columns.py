"""Where columns of tables come from, as far as several artifacts say the same of it."""

META, EMBEDS = "_track_meta.csv", "_track_embeds.npz"
META_FILE = f"reid/embeddings/{{video}}{META}"
BOXES = ("tracks.x1", "tracks.y1", "tracks.x2", "tracks.y2")
TRACK = {name: (f"tracks.{name}",) for name in ("track_id", "class_id", "class_name")}
ID, IN_VIDEO = ("global_id_map.global_id",), ("global_id_map.video",)
WHO_WHEN = (*ID, *IN_VIDEO, "global_id_map.f_min", "global_id_map.f_max")
