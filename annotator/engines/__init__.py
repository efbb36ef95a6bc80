"""Who annotates the chunks of a run: this process, several, or a cluster. Engines schedule and know neither files nor results."""

from annotator.engines.cluster import RayEngine
from annotator.engines.local import LocalEngine, ProcessEngine
from annotator.engines.protocol import Engine, Loading

__all__ = ["Engine", "Loading", "LocalEngine", "ProcessEngine", "RayEngine"]
