"""Trimtab's four nodes beside the nodes of a Tello: camera, detector, follower, preview."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from launch import LaunchDescription
from launch.actions import DeclareLaunchArgument
from trimtab_launch import arguments, share, trimtab_nodes


def generate_launch_description():
    spec = DeclareLaunchArgument(
        'spec', default_value=share('config', 'specs', 'tello-follow.yaml'), description='Performance spec that the tuner puts in force; empty: none.'
    )
    return LaunchDescription([*arguments('tello.yaml'), spec, *trimtab_nodes()])
