"""Trimtab's four nodes beside the nodes of a Spot; give the spec of what it has to keep."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from launch import LaunchDescription
from launch.actions import DeclareLaunchArgument
from trimtab_launch import arguments, trimtab_nodes


def generate_launch_description():
    spec = DeclareLaunchArgument(
        'spec', default_value='', description='Performance spec that the tuner puts in force; empty: none.'
    )
    return LaunchDescription([*arguments('spot.yaml'), spec, *trimtab_nodes()])
