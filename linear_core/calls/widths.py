"""Widths that identify models: two of them in one call mean that two models were mixed up."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class KnownWidth:
    """A width, the models that have it, and where it is written down.

    Attributes
    ----------
    width : int
    models : str
        Their common names.
    source : str
        Files of public repositories, in the order of the models; ``litgpt`` is litgpt/config.py of
        Lightning-AI/litgpt.
    """

    width: int
    models: str
    source: str


_VIT = "google-research/vision_transformer, vit_jax/configs/models.py"
_DINO = "facebookresearch/dinov2, dinov2/models/vision_transformer.py"
_BERT = "google-research/bert, README.md"
_GPT = "karpathy/nanoGPT, model.py"
_T5 = "google-research/t5x, t5x/examples/t5/t5_1_1"
_CLIP = "mlfoundations/open_clip, src/open_clip/model_configs"
_SDXL = "Stability-AI/generative-models, configs/inference/sd_xl_base.yaml"
_RESNET = "pytorch/vision, torchvision/models/resnet.py"
_FLUX = "black-forest-labs/flux, src/flux/util.py"
_DIFFUSERS = "huggingface/diffusers, src/diffusers/models/transformers"
_FLUX_2 = "huggingface/diffusers, scripts/convert_flux2_to_diffusers.py"
_WAN = "Wan-Video/Wan2.1, wan/configs and wan/modules/model.py"

_ALL = (
    KnownWidth(384, "ViT-S, MiniLM", f"{_VIT}; microsoft/unilm, minilm/README.md"),
    KnownWidth(
        512,
        "CLIP ViT-B/32, ResNet-18, Transformer base",
        f"{_CLIP}/ViT-B-32.json; {_RESNET}; arXiv:1706.03762, table 3",
    ),
    KnownWidth(640, "OpenCLIP ViT-B/16-plus", f"{_CLIP}/ViT-B-16-plus.json"),
    KnownWidth(
        768,
        "CLIP ViT-L/14 (the text encoder of Stable Diffusion 1.x), BERT base, GPT-2, ViT-B",
        f"{_CLIP}/ViT-L-14.json; {_BERT}; {_GPT}; {_VIT}",
    ),
    KnownWidth(896, "Qwen2.5 0.5B", "litgpt"),
    KnownWidth(
        1024,
        "OpenCLIP ViT-H/14 (the text encoder of Stable Diffusion 2.x), BERT large, T5 large, ViT-L",
        f"{_CLIP}/ViT-H-14.json; {_BERT}; {_T5}/large.gin; {_VIT}",
    ),
    KnownWidth(1152, "SigLIP so400m, Gemma 3 1B", f"{_CLIP}/ViT-SO400M-14-SigLIP.json; litgpt"),
    KnownWidth(
        1280,
        "OpenCLIP ViT-bigG/14 (the second text encoder of SDXL), ViT-H, MobileNetV2, GPT-2 large",
        f"{_CLIP}/ViT-bigG-14.json; {_VIT}; pytorch/vision, torchvision/models/mobilenetv2.py; {_GPT}",
    ),
    KnownWidth(
        1536,
        "Qwen2.5 1.5B, DINOv2 ViT-g, Stable Diffusion 3 medium, Wan 1.3B",
        f"litgpt; {_DINO}; Stability-AI/sd3.5, mmditx.py (64 · depth, 24 of arXiv:2403.03206); {_WAN}",
    ),
    KnownWidth(1600, "GPT-2 XL", _GPT),
    KnownWidth(
        2048,
        "SDXL (768 + 1280 from its two text encoders), ResNet-50, T5 XL, Llama 3.2 1B",
        f"{_SDXL}; {_RESNET}; {_T5}/xl.gin; litgpt",
    ),
    KnownWidth(
        2304,
        "Gemma 2 2B (the text encoder of Lumina 2)",
        "litgpt; Alpha-VLLM/Lumina-Image-2.0, demo.py",
    ),
    KnownWidth(2560, "Qwen3 4B, Gemma 3 4B, Phi-2", "litgpt"),
    KnownWidth(2816, "SDXL (its vector conditioning)", _SDXL),
    KnownWidth(3072, "Flux, Llama 3.2 3B, Phi-3 mini", f"{_FLUX}; litgpt"),
    KnownWidth(
        3584,
        "Qwen2.5 7B (the text encoder of Qwen-Image)",
        f"litgpt; {_DIFFUSERS}/transformer_qwenimage.py",
    ),
    KnownWidth(3840, "Gemma 3 12B, Z-Image", f"litgpt; {_DIFFUSERS}/transformer_z_image.py"),
    KnownWidth(
        4096,
        "T5-XXL (the text encoder of Stable Diffusion 3, Flux and Wan), Llama 7B and 8B, Mistral 7B",
        f"{_T5}/xxl.gin; {_DIFFUSERS}/transformer_sd3.py; {_FLUX}; {_WAN}; litgpt",
    ),
    KnownWidth(
        5120,
        "Llama 13B, Wan 14B, Mistral Small",
        f"litgpt; {_WAN}; comfyanonymous/ComfyUI, comfy/text_encoders/llama.py",
    ),
    KnownWidth(6144, "FLUX.2 dev", _FLUX_2),
    KnownWidth(7680, "FLUX.2 klein 4B (three layers of its text encoder, Qwen3 4B)", _FLUX_2),
    KnownWidth(8192, "Llama 70B", "litgpt"),
    KnownWidth(12288, "FLUX.2 klein 9B (three layers of its text encoder, Qwen3 8B)", _FLUX_2),
    KnownWidth(15360, "FLUX.2 dev (three layers of its text encoder, Mistral Small)", _FLUX_2),
)

KNOWN_WIDTHS: Mapping[int, KnownWidth] = MappingProxyType({known.width: known for known in _ALL})
