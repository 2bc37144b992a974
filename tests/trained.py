"""What PyTorch's steps lead to, beside which a page is held."""

from linear_core import Trainer, TrainingConfig, line_data


def trained(*course, data=None, **config):
    """A run of so many steps, on a line unless data are given; then what is changed, and further steps."""
    trainer = Trainer(data or line_data(), TrainingConfig(**config))
    for part in course:
        if isinstance(part, int):
            trainer.advance(part)
        else:
            trainer = trainer.with_config(**part)
    return trainer
