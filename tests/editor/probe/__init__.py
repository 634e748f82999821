"""A node pack for tests: what of this project's networks is in a server's memory."""

import gc
import json

import comfy.model_management as memory
import torch
from comfy_api.latest import ComfyExtension, io


class Weights(io.ComfyNode):
    """The networks the host holds on its device, and the bytes of all that are alive."""

    @classmethod
    def define_schema(cls):
        return io.Schema(
            node_id="Probe_Weights",
            category="probe",
            inputs=[
                io.Int.Input("number"),
                io.Boolean.Input("take_all_memory"),
                io.AnyType.Input("after", optional=True),
            ],
            outputs=[io.String.Output()],
        )

    @classmethod
    def execute(cls, number, take_all_memory, after=None):
        if take_all_memory:  # as the host does for a model that needs it
            memory.free_memory(1e30, memory.get_torch_device())
        gc.collect()
        held = [type(one.model.model).__name__ for one in memory.current_loaded_models]
        alive = [one for one in gc.get_objects() if isinstance(one, torch.nn.Module)]
        ours = [one for one in alive if ".glmtts_runtime." in type(one).__module__]
        weights = {id(each): each.nbytes for one in ours for each in one.parameters()}
        return io.NodeOutput(json.dumps({"held": sorted(held), "bytes": sum(weights.values())}))


class Extension(ComfyExtension):
    async def get_node_list(self):
        return [Weights]


async def comfy_entrypoint():
    return Extension()
