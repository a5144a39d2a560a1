"""A whole robot in a modelled world: world, detector, follower and preview, the modelled link, and Trimtab's four nodes.

Inference in the cloud needs a broker and a worker beside it: "./trimtab broker --port 1883" and
"./trimtab cloud-worker --broker mqtt://127.0.0.1:1883 --models models"."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from launch import LaunchDescription
from launch.actions import DeclareLaunchArgument
from trimtab_launch import arguments, boolean, node, share, text, trimtab_nodes


def generate_launch_description():
    spec = DeclareLaunchArgument(
        'spec',
        default_value=share('config', 'specs', 'tello-follow.yaml'),
        description='Performance spec that the tuner puts in force; empty: none.',
    )
    world = node(
        'world',
        name='camera',
        parameters={'use_sim_time': False, 'publish_clock': boolean('use_sim_time')},
    )
    detector = node(
        'detector',
        parameters={'model': text(share('models', 'vest.json'))},
        remappings={'image_raw': 'camera/image_raw'},
    )
    preview = node('preview', remappings={'image_raw': 'preview/image_raw'})
    robot = [world, detector, node('follower'), preview, node('link')]
    return LaunchDescription([*arguments('cosim.yaml'), spec, *robot, *trimtab_nodes()])
