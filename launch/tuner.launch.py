"""Searches the configuration. See docs/tuner.md."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from launch import LaunchDescription
from trimtab_launch import arguments, node


def generate_launch_description():
    return LaunchDescription([*arguments('nodes.yaml'), node('tuner')])
