"""Torch gives for bytes what the module gives for scaled numbers, in every number type."""

import copy
from collections.abc import Callable

import numpy as np
import pytest
import torch

from reid_assets.reid.backbones.dtype_agreement import measure_agreement
from reid_assets.reid.backbones.network import unit_rows
from reid_assets.reid.backbones.torch_runner import TorchRunner
from reid_assets_tests.support.small_networks import HW, SCALE, SmallNetwork, crops


def runner(dtype: str = "float32", module: torch.nn.Module | None = None) -> TorchRunner:
    return TorchRunner(module or SmallNetwork().eval(), HW, SCALE, "cpu", dtype)  # type: ignore[arg-type]


def test_channel_order_and_scaling_are_the_network_s_own() -> None:
    images = crops(3)
    rgb = torch.from_numpy(images[..., ::-1].copy()).permute(0, 3, 1, 2) / 255
    mean, std = (torch.tensor(values).reshape(1, 3, 1, 1) for values in (SCALE.mean, SCALE.std))
    with torch.no_grad():
        expected = SmallNetwork().eval()((rgb - mean) / std).numpy()
    assert np.allclose(runner().run(images), expected, atol=1e-5)


def test_the_same_bytes_give_the_same_bytes_and_the_batch_size_next_to_nothing() -> None:
    images = crops(7)
    first = runner()
    together = first.run(images)
    assert np.array_equal(together, runner().run(images))
    alone = np.concatenate([first.run(images[i : i + 1]) for i in range(7)])
    assert (unit_rows(alone) * unit_rows(together)).sum(axis=1).min() > 1 - 1e-3


@pytest.mark.parametrize("dtype", ["bfloat16", "float16"])
def test_a_smaller_number_type_agrees_and_leaves_the_module_as_it_was(dtype: str) -> None:
    module = SmallNetwork().eval()
    before = copy.deepcopy(module.state_dict())
    small = runner(dtype, module)
    exact = runner("float32", module)
    assert all(torch.equal(value, before[name]) for name, value in module.state_dict().items())
    images = crops(8)
    assert measure_agreement(unit_rows(small.run(images)), unit_rows(exact.run(images))).good
    assert small.facts == {"runtime": "torch", "dtype": dtype, "device": "cpu"}


def test_a_part_of_an_array_may_be_given() -> None:
    images = crops(6)
    assert np.allclose(runner().run(images[::2]), runner().run(images)[::2], atol=1e-5)


class Hungry(torch.nn.Module):
    """Runs out of memory on more than two crops, in the words of a device."""

    def __init__(self, fail: Callable[[], Exception]) -> None:
        super().__init__()
        self.fail = fail

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        if len(images) > 2:
            raise self.fail()
        return images.mean(dim=(2, 3))


@pytest.mark.parametrize(
    "fail",
    [
        lambda: torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB"),
        lambda: RuntimeError("MPS backend out of memory (MPS allocated: 9 GB)"),
        lambda: RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes"),
    ],
    ids=["cuda", "mps", "cpu"],
)
def test_every_device_s_way_of_running_out_of_memory_is_understood(fail: Callable[[], Exception]) -> None:
    with pytest.raises(MemoryError, match="3 crops"):
        runner(module=Hungry(fail)).run(crops(3))


def test_any_other_failure_is_left_to_bubble() -> None:
    with pytest.raises(RuntimeError, match="shapes"):
        runner(module=Hungry(lambda: RuntimeError("shapes do not fit"))).run(crops(3))


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device on this machine")
def test_cuda_gives_the_processor_s_vectors() -> None:
    images = crops(9)
    on_gpu = TorchRunner(SmallNetwork().eval(), HW, SCALE, "cuda:0", "float32")
    assert measure_agreement(unit_rows(on_gpu.run(images)), unit_rows(runner().run(images))).cosine > 1 - 1e-3
