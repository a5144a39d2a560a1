"""Puts inference tasks on the edge or in the cloud. See docs/scheduler.md."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from launch import LaunchDescription
from trimtab_launch import arguments, node, share, text


def generate_launch_description():
    return LaunchDescription([*arguments('nodes.yaml'), node('scheduler', parameters={'models_dir': text(share('models'))})])
