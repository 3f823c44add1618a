"""The movement tables by name: one place that lists what is derived from who was where when."""

from reid_assets.reid.movement.flows import CAMERA_FLOWS, OD_MATRIX, TRANSITIONS
from reid_assets.reid.movement.visits import IDENTITIES, OCCUPANCY, VISITS

MOVEMENT_TABLES = {
    table.name: table for table in (VISITS, IDENTITIES, OCCUPANCY, TRANSITIONS, OD_MATRIX, CAMERA_FLOWS)
}
