"""What every operation on a lifted object keeps: a closed solid of positive volume, and the JSON form."""

import numpy as np
import pytest
import trimesh

from sam_3d.types import Reconstruction
from shared.chain import Chain, parse_chain
from shared.discovery import declared
from shared.params import build, parameters, to_dict
from tests.contracts.samples import reconstruction

OPS = declared("sam_3d.ops", "OPS")
every_operation = pytest.mark.parametrize("operation", OPS, ids=lambda operation: operation.id)


def solid(value: Reconstruction) -> trimesh.Trimesh:
    """The mesh with equal vertices joined, as texture seams cut them."""
    mesh = trimesh.Trimesh(value.mesh.vertices, value.mesh.faces, process=False)
    mesh.merge_vertices(merge_tex=True, merge_norm=True)
    return mesh


def test_there_are_operations_and_their_ids_are_unique():
    ids = [operation.id for operation in OPS]
    assert len(ids) == len(set(ids)) > 0
    assert all(operation.title and operation.__doc__ for operation in OPS)


@every_operation
def test_parameters_are_declared_for_sliders_flags_and_docs(operation):
    for parameter in parameters(operation):
        assert parameter.doc.endswith("."), parameter.name
        free = parameter.kind in (bool, str)
        assert free or parameter.choices or parameter.range, parameter.name
        assert parameter.check(parameter.default, operation.id) == parameter.default


@every_operation
def test_defaults_survive_json(operation):
    chain = Chain((operation(),))
    assert parse_chain(chain.to_json(), OPS) == chain
    assert build(operation, to_dict(operation())) == operation()


@every_operation
def test_a_closed_solid_stays_one(operation):
    before, after = reconstruction(), operation()(reconstruction())
    assert isinstance(after, Reconstruction) and after.chosen == before.chosen
    assert np.isfinite(after.mesh.vertices).all()
    assert solid(after).is_watertight and solid(after).volume > 0


@every_operation
def test_the_input_is_left_as_it_was(operation):
    value = reconstruction()
    vertices, faces = value.mesh.vertices.copy(), value.mesh.faces.copy()
    operation()(value)
    np.testing.assert_array_equal(value.mesh.vertices, vertices)
    np.testing.assert_array_equal(value.mesh.faces, faces)


@pytest.mark.slow
@every_operation
def test_the_edges_of_every_range_give_a_solid(operation):
    for parameter in parameters(operation):
        if parameter.range:
            for value in (parameter.range.low, parameter.range.high):
                after = operation(**{parameter.name: parameter.kind(value)})(reconstruction())
                assert len(after.mesh.faces) > 3 and np.isfinite(after.mesh.vertices).all(), parameter.name


@pytest.mark.slow
def test_all_operations_in_one_chain():
    after = Chain(tuple(operation() for operation in OPS))(reconstruction())
    assert solid(after).is_watertight and solid(after).volume > 0
