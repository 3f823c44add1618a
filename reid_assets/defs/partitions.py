"""The videos of a root as one dynamic partition set: a key is the name of a video's folder.

Dynamic, because videos arrive; keys are appended in sorted order, so that new ones lie together and
one run can take them as a range.
"""

import dagster as dg

from reid_assets.automation.partition_set import partition_set_name

videos = dg.DynamicPartitionsDefinition(name=partition_set_name())
