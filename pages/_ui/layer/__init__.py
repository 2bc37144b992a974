"""What every page about one layer begins with: its sizes and numbers, one call, presets and an editor.

It may import `linear_core` and the shared modules of `pages._ui`, but no other page's folder.
"""
