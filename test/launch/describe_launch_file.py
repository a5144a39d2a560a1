"""Loads a launch file without starting anything and prints its arguments and executables as JSON."""
import json
import sys

from launch.actions import DeclareLaunchArgument
from launch.launch_description_sources import get_launch_description_from_python_launch_file
from launch_ros.actions import Node

entities = get_launch_description_from_python_launch_file(sys.argv[1]).entities
arguments = {entity.name: entity.description for entity in entities if isinstance(entity, DeclareLaunchArgument)}
executables = [entity.node_executable for entity in entities if isinstance(entity, Node)]
print(json.dumps({'arguments': arguments, 'executables': executables}))
