"""One call of an operator, written down: its arguments, what PyTorch answers, and the gradients.

A case in operators.json:

    operator   its ATen name and overload
    id         the prefix of its tensors in operators.safetensors: <id>/in0 ..., <id>/<dtype>/out0, grad0 ...
    dtypes     those in which it was called
    awkward    the kinds of awkwardness that its tensors have
    args       in the order of the schema
    outputs    what it returned
    changed    the inputs that it changed: <id>/<dtype>/after0 ...
    gradients  the inputs that have one

A value in args and outputs is plain JSON, or an object: {"tensor": n}; {"default": true}; {"bigint": "9007199254740993"};
{"number": "NaN"}, also Infinity and -Infinity; {"re": 1, "im": 2}; {"same": true}, the dtype of the run. A tensor argument with
"stride" is a view of the stored one (as_strided of "shape", "stride", "offset"); "cast" marks those that are stored in the widest
dtype of their kind and converted to that of the run, "grad" those that are differentiated, "complex" those stored as pairs of numbers.
The loss that is differentiated is the sum of all outputs times linspace(-1, 2), which is not symmetric: gradients that are sums over it
are not zero.
"""

import math
import zlib

import torch

FLOAT = (torch.float32, torch.float64)
COMPLEX = (torch.complex64, torch.complex128)
INTEGER = (torch.int64, torch.int32)
SAME = object()  # as an argument: the dtype of the run

tensors, cases = {}, []


class T:
    """A tensor argument: random of a shape, or a given value, and how it is made awkward.

    Floating-point ones are normally distributed, or uniform in `between`, or what `make` makes of the normally distributed; whole ones are
    in `between`, inclusive (-9 to 9). Lists of values are floating-point. The dtype is that of the run, or `dtype`, or the given tensor's.
    The views `permute`, `narrow` (dim, start, length), `step` (dim, step), `expand` are applied in the order in which they are written.
    """

    def __init__(self, *shape, value=None, dtype=None, between=None, make=None, grad=True, channels_last=False, **views):
        self.shape, self.value, self.dtype, self.between = shape, value, dtype, between
        self.make, self.grad, self.channels_last, self.views = make, grad, channels_last, views

    def draw(self, dtype):
        """The elements, in the widest dtype of the kind of the run's; whether they are still to be converted to it."""
        if isinstance(self.value, torch.Tensor):
            return self.value, False
        wide = torch.complex128 if dtype.is_complex else torch.float64 if dtype.is_floating_point else torch.int64
        shape = (self.shape[0], *self.shape[2:], self.shape[1]) if self.channels_last else self.shape
        kind = self.dtype or wide
        if self.value is not None:
            drawn = torch.tensor(self.value, dtype=wide)
        elif kind == torch.bool:
            drawn = torch.rand(shape) < 0.5
        elif not (kind.is_floating_point or kind.is_complex):
            low, high = self.between or (0 if kind == torch.uint8 else -9, 9)
            drawn = torch.randint(low, high + 1, shape)
        elif self.between:
            low, high = self.between
            drawn = torch.rand(shape, dtype=torch.float64) * (high - low) + low
        else:
            drawn = torch.randn(shape, dtype=wide if self.dtype is None else torch.float64)
            drawn = self.make(drawn) if self.make else drawn
        return (drawn, True) if self.dtype is None else (drawn.to(self.dtype), False)

    def view(self, leaf):
        if self.channels_last:
            return leaf.movedim(-1, 1)
        for how, of in self.views.items():
            if how == "step":
                leaf = leaf[(slice(None),) * of[0] + (slice(None, None, of[1]),)]
            else:
                leaf = leaf.narrow(*of) if how == "narrow" else getattr(leaf, how)(of)
        return leaf


def positive(drawn):
    return drawn.abs() + 0.1


def well_conditioned(drawn):
    """Square matrices far from singular, with distinct singular values."""
    return drawn * 0.1 + torch.diag(torch.arange(1, drawn.shape[-1] + 1, dtype=drawn.dtype))


def positive_definite(drawn):
    return well_conditioned(drawn) @ well_conditioned(drawn).mT


def name_of(constant):
    return str(constant).removeprefix("torch.")


def plain(value, type_name=""):
    """A value that is no tensor, as JSON holds it."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return value if abs(value) < 2**53 else {"bigint": str(value)}
    if isinstance(value, float):
        # JavaScript cannot tell 2.0 from 2, so a Scalar of 2.0 has no form there.
        assert "number" not in type_name or not value.is_integer(), f"write {int(value)} for {value}"
        return value if math.isfinite(value) else {"number": {math.inf: "Infinity", -math.inf: "-Infinity"}.get(value, "NaN")}
    if isinstance(value, complex):
        return {"re": value.real, "im": value.imag}
    if isinstance(value, (torch.dtype, torch.memory_format, torch.layout)):
        return name_of(value)
    raise TypeError(f"{value!r} has no form in operators.json")


def is_channels_last(tensor):
    formats = {4: torch.channels_last, 5: torch.channels_last_3d}
    return tensor.dim() in formats and tensor.is_contiguous(memory_format=formats[tensor.dim()]) and not tensor.is_contiguous()


def awkwardness(function, views, named):
    """The kinds of awkwardness of a call: looked at, not claimed."""
    shapes = [tuple(view.shape) for view in views]
    found = {
        "size 1": any(1 in shape for shape in shapes),
        "empty": any(0 in shape for shape in shapes),
        "0-d": () in shapes,
        "strided": any(not view.is_contiguous() and not is_channels_last(view) for view in views),
        "channels_last": any(map(is_channels_last, views)),
        "broadcast": torch.Tag.pointwise in function.tags and len(set(shapes)) > 1,
        "grouped": any(named.get(name, 1) > 1 for name in ("groups", "num_groups", "group")),
    }
    return [kind for kind, has in found.items() if has]


class Call:
    """One call in one dtype: the arguments as PyTorch takes them and as they are stored."""

    def __init__(self, prefix, dtype):
        self.prefix, self.dtype = prefix, dtype
        self.leaves, self.views, self.outputs = [], [], []

    def keep(self, name, tensor):
        """Stores a tensor; complex numbers as pairs, since safetensors has no complex128."""
        tensor = tensor.detach().resolve_conj().resolve_neg()
        pairs = torch.view_as_real(tensor) if tensor.is_complex() else tensor
        tensors[f"{self.prefix}/{name}"] = pairs.clone(memory_format=torch.contiguous_format)
        return {"complex": True} if tensor.is_complex() else {}

    def tensor_argument(self, given):
        drawn, cast = given.draw(self.dtype)
        index = len(self.leaves)
        stored = {"tensor": index, **self.keep(f"in{index}", drawn), **({"cast": True} if cast else {})}
        leaf = drawn.to(self.dtype, copy=True) if cast else drawn.clone()
        if given.grad and (leaf.is_floating_point() or leaf.is_complex()):
            leaf.requires_grad_()
            stored["grad"] = True
        view = given.view(leaf)
        if view is not leaf:
            stored |= {"shape": list(view.shape), "stride": list(view.stride()), "offset": view.storage_offset()}
        self.leaves.append(leaf)
        self.views.append(view)
        return view, stored

    def argument(self, given, type_name):
        """The argument for PyTorch, and its stored form."""
        if isinstance(given, T):
            return self.tensor_argument(given)
        if isinstance(given, (list, tuple)):
            pairs = [self.argument(item, type_name) for item in given]
            return [real for real, _ in pairs], [stored for _, stored in pairs]
        if given is SAME:
            return self.dtype, {"same": True}
        return given, plain(given, type_name)

    def output(self, value):
        if isinstance(value, torch.Tensor):
            self.outputs.append(value)
            name = len(self.outputs) - 1
            return {"tensor": name, **self.keep(f"{name_of(self.dtype)}/out{name}", value)}
        if isinstance(value, (list, tuple)):
            return [self.output(item) for item in value]
        return plain(value)

    def find_changed(self, before):
        """Stores the inputs that are not as before; answers which."""
        pairs = enumerate(zip(before, self.leaves))
        changed = [i for i, (was, leaf) in pairs if not torch.allclose(was, leaf, rtol=0, atol=0, equal_nan=True)]
        for i in changed:
            self.keep(f"{name_of(self.dtype)}/after{i}", self.leaves[i])
        return changed

    def differentiate(self):
        """Stores the gradients; answers the inputs that have one."""
        loss = None
        for output in self.outputs:
            if not output.requires_grad:
                continue
            real = torch.view_as_real(output.resolve_conj()) if output.is_complex() else output
            weight = torch.linspace(-1, 2, real.numel(), dtype=real.dtype).reshape(real.shape)
            loss = (real * weight).sum() + (0 if loss is None else loss)
        if loss is not None:
            loss.backward()
        having = [i for i, leaf in enumerate(self.leaves) if leaf.grad is not None]
        for i in having:
            self.keep(f"{name_of(self.dtype)}/grad{i}", self.leaves[i].grad)
        return having


def call(operator, prefix, dtype, args, keywords):
    name, _, overload = operator.partition(".")
    function = getattr(getattr(torch.ops.aten, name), overload or "default")
    schema = function._schema.arguments
    given = dict(zip((argument.name for argument in schema), args)) | keywords
    assert len(given) == len(args) + len(keywords) and set(given) <= {argument.name for argument in schema}, (operator, given)
    # A case draws the same numbers in every dtype, and whatever other cases there are.
    torch.manual_seed(zlib.crc32(prefix.encode()))
    this, real, stored = Call(prefix, dtype), {}, []
    for argument in schema:
        if argument.name in given:
            real[argument.name], form = this.argument(given[argument.name], str(argument.type))
            stored.append(form)
        else:
            stored.append({"default": True})
    while stored and stored[-1] == {"default": True}:
        stored.pop()
    before = [leaf.detach().clone() for leaf in this.leaves]
    result = function(**real)
    if [str(returned.real_type) for returned in function._schema.returns] == ["ScalarType"]:
        result = torch.ops.aten.scalar_tensor(0, dtype=result).dtype  # Python answers the dtype's number
    return {
        "operator": f"aten::{operator}",
        "id": prefix,
        "awkward": awkwardness(function, this.views, given),
        "args": stored,
        "outputs": this.output(result),
        "changed": this.find_changed(before),
        "gradients": this.differentiate(),
    }


def case(operator, *args, dtypes=FLOAT, **keywords):
    """Calls an operator in each dtype and writes down what it answers; `args` in the order of the schema, keyword-only ones too."""
    prefix = f"{operator}/{sum(known['operator'] == f'aten::{operator}' for known in cases)}"
    for dtype in dtypes:
        record = call(operator, prefix, dtype, args, keywords)
        same = [known for known in cases if {**record, "dtypes": known["dtypes"]} == known]
        if same:
            same[0]["dtypes"].append(name_of(dtype))
        else:
            cases.append({"operator": record["operator"], "id": prefix, "dtypes": [name_of(dtype)], **record})
