"""Complex numbers, whole numbers beyond 2^53, booleans, mixtures of dtypes, and results that are no tensors."""

import math

import torch

from case import COMPLEX, SAME, T, case

ONCE = (torch.float32,)
BEYOND = 2**53 + 1  # the first whole number that is no double
LARGEST = 2**63 - 1


def whole(*values, dtype=torch.int64):
    return T(value=torch.tensor(values, dtype=dtype))


# Complex: made, taken apart, computed with.
for name in "real imag abs angle conj conj_physical resolve_conj view_as_real sgn neg".split():
    case(name, T(3, 1, 4, permute=[2, 0, 1]), dtypes=COMPLEX)
for name in "exp sin cos sqrt log reciprocal tanh sigmoid square".split():
    case(name, T(2, 3), dtypes=COMPLEX)
case("view_as_complex", T(3, 1, 2))
case("complex", T(3), T(3))
case("polar", T(3), T(3))
case("abs", T(), dtypes=COMPLEX)
case("abs", T(0, 2), dtypes=COMPLEX)
case("angle", T(3, 1))
for name in "add sub mul div".split():
    case(f"{name}.Tensor", T(3, 1), T(4), dtypes=COMPLEX)
case("add.Tensor", T(3), T(3), alpha=1 - 2j, dtypes=COMPLEX)
case("mul.Scalar", T(3), 0.5 - 1.5j, dtypes=COMPLEX)
case("mul.Scalar", T(3), 2j)
case("mul.Tensor", T(3, dtype=torch.float32), T(3), dtypes=COMPLEX)
case("pow.Tensor_Scalar", T(3), 0.5 + 1j, dtypes=COMPLEX)
case("matmul", T(4, 3, permute=[1, 0]), T(4, 2), dtypes=COMPLEX)
case("vdot", T(3), T(3), dtypes=COMPLEX)
case("sum", T(2, 3), dtypes=COMPLEX)
case("mean.dim", T(2, 3), [1], dtypes=COMPLEX)
case("cumsum", T(2, 3), 1, dtypes=COMPLEX)
case("linalg_vector_norm", T(2, 3), 2, dtypes=COMPLEX)
case("linalg_inv", T(2, 2, make=lambda x: x * 0.1 + 2 * torch.eye(2)), dtypes=COMPLEX)
case("eq.Tensor", T(2, 1), T(2), dtypes=COMPLEX)
case("full", [2], 1 - 2.5j, SAME, dtypes=COMPLEX)
case("full", [2], 3j, dtypes=ONCE)
case("where.self", T(3, dtype=torch.bool), T(3), T(), dtypes=COMPLEX)

# Fourier transforms.
case("fft_fft", T(2, 5), None, 1, "ortho", dtypes=COMPLEX)
case("fft_fft", T(5, 2, permute=[1, 0]))
case("fft_ifft", T(3, 4), 6, 0, dtypes=COMPLEX)
case("fft_rfft", T(3, 1, 6))
case("fft_rfft", T(6, 3, permute=[1, 0]), 5, 1, "forward")
case("fft_irfft", T(2, 4), dtypes=COMPLEX)
case("fft_irfft", T(2, 4), 7, dtypes=COMPLEX)
case("fft_hfft", T(4), dtypes=COMPLEX)
case("fft_fft2", T(2, 3, 4))
case("fft_ifft2", T(3, 4), dtypes=COMPLEX)
case("fft_rfft2", T(1, 3, 4))
case("fft_irfft2", T(3, 4), [3, 5], dtypes=COMPLEX)
case("fft_fftn", T(2, 3, 2), None, [0, 2])
case("fft_rfftn", T(2, 3, 4))
case("fft_fftshift", T(5), [0])
case("fft_ifftshift", T(2, 5), [1])
case("fft_fftfreq", 5, 0.5, SAME)
case("fft_rfftfreq", 6, 0.5, SAME)
case("stft", T(2, 12), 4, 2, 4, T(4, grad=False), False, True, True)

# Whole numbers beyond 2^53 as elements, arguments and results; the smallest and the largest of 64 bits.
large = whole(BEYOND, -BEYOND, LARGEST, -(2**63), 2**62 + 1)
case("clone", large, dtypes=ONCE)
case("full", [2], BEYOND, torch.int64, dtypes=ONCE)
case("full", [], -(2**63), torch.int64, dtypes=ONCE)
case("add.Scalar", whole(0, -1), BEYOND, dtypes=ONCE)
case("add.Scalar", whole(1), 1, BEYOND, dtypes=ONCE)
case("add.Tensor", whole(BEYOND, LARGEST), whole(2, 1), dtypes=ONCE)
case("mul.Tensor", whole(2**31 + 1, 2**62), whole(2**22 + 1, 4), dtypes=ONCE)
case("mul.Scalar", whole(3), 2**61 + 1, dtypes=ONCE)
case("sum", whole(BEYOND, 2, 2**60), dtypes=ONCE)
case("cumsum", whole(BEYOND, 2, 2), 0, dtypes=ONCE)
case("bitwise_xor.Scalar", large, 0x7FF0000000000001, dtypes=ONCE)
case("eq.Scalar", whole(BEYOND, BEYOND - 1), BEYOND, dtypes=ONCE)
case("lt.Scalar", whole(BEYOND, BEYOND - 1), BEYOND, dtypes=ONCE)
case("max", whole(BEYOND, BEYOND + 1), dtypes=ONCE)
case("sort", large, dtypes=ONCE)
case("clamp", large, -BEYOND, BEYOND, dtypes=ONCE)
case("where.ScalarSelf", whole(1, 0, dtype=torch.bool), BEYOND, whole(5), dtypes=ONCE)
case("masked_fill.Scalar", whole(1, 2), whole(1, 0, dtype=torch.bool), -BEYOND, dtypes=ONCE)
case("arange.start", BEYOND, BEYOND + 3, dtypes=ONCE)
case("floor_divide", large, whole(2), dtypes=ONCE)
case("remainder.Scalar", large, 10, dtypes=ONCE)
for value in (BEYOND, -BEYOND, LARGEST, -(2**63), 2**53, 2**53 - 1, -1, 0, 0x7FF0000000000001, -(2**52)):
    case("item", T(value=torch.tensor(value)), dtypes=ONCE)
for value in (2**53 + 1, 2**63 - 1, 2**63, 2**64 - 1):
    case("item", T(value=torch.tensor(value, dtype=torch.uint64)), dtypes=ONCE)
    case("full", [2], value, torch.uint64, dtypes=ONCE)
    case("eq.Scalar", whole(value, 1, dtype=torch.uint64), value, dtypes=ONCE)
case("lerp.Scalar", T(3, grad=False), T(3, grad=False), 2**63, dtypes=(torch.float64,))
case("elu", T(3, grad=False), 2**63, dtypes=(torch.float64,))

# Other results that are no tensors.
for value in (2.5, math.nan, math.inf, -math.inf):
    case("item", T(1, 1, value=torch.tensor([[value]]), grad=False))
case("item", T(value=torch.tensor(True)), dtypes=ONCE)
case("item", T(value=torch.tensor(1.5 - 2j), grad=False), dtypes=ONCE)
case("equal", T(value=[1, 2], grad=False), T(value=[1, 2], grad=False))
case("equal", T(2, grad=False), T(3, grad=False))
case("allclose", T(value=[1, math.nan], grad=False), T(value=[1, math.nan], grad=False), 1e-5, 1e-8, True)
case("is_nonzero", T(value=torch.tensor(0)), dtypes=ONCE)
case("is_complex", T(2), dtypes=(torch.float32, torch.complex64))
case("is_floating_point", T(2), dtypes=(torch.float32, torch.int64))
case("is_signed", T(2), dtypes=(torch.float32, torch.uint8))
case("is_same_size", T(2, 0), T(2, 0))
case("size.int", T(4, 3, permute=[1, 0]), -1)
case("stride.int", T(4, 3, permute=[1, 0]), 1)
case("sym_numel", T(2, 0, 3))
case("sym_storage_offset", T(4, 3, narrow=[0, 2, 1]))
case("result_type.Tensor", T(dtype=torch.int64), T(2, dtype=torch.float16), dtypes=ONCE)
case("result_type.Scalar", T(2, dtype=torch.int32), 2.5, dtypes=ONCE)
case("promote_types", torch.int32, torch.bfloat16, dtypes=ONCE)
case("can_cast", torch.float32, torch.int32, dtypes=ONCE)

# Mixtures. A 0-d tensor or a scalar only counts by its category.
half, bfloat, byte = torch.float16, torch.bfloat16, torch.uint8
case("add.Tensor", T(3, dtype=torch.int32), T(3, 1, dtype=half, grad=False), dtypes=ONCE)
case("add.Tensor", T(3, dtype=bfloat, grad=False), T(3, dtype=half, grad=False), dtypes=ONCE)
case("add.Tensor", T(dtype=torch.float64), T(3, dtype=torch.float32), dtypes=ONCE)
case("add.Tensor", T(3, dtype=torch.float64), T(3, dtype=torch.float32), dtypes=ONCE)
case("mul.Tensor", T(3, dtype=torch.int64), T(3))
case("mul.Tensor", T(3, dtype=torch.bool), T(2, 1))
case("mul.Tensor", T(3, dtype=torch.bool), T(3, 1, dtype=byte), dtypes=ONCE)
case("add.Tensor", T(dtype=torch.int64), T(3, dtype=torch.int32), dtypes=ONCE)
case("add.Tensor", T(3, dtype=torch.bool), T(3, dtype=torch.bool), dtypes=ONCE)
case("sub.Tensor", T(4, dtype=byte), T(4, dtype=byte, between=(100, 200)), dtypes=ONCE)
case("div.Tensor", T(3, dtype=torch.bool), T(value=torch.tensor([1, 2, 4])), dtypes=ONCE)
for dtype in (torch.int32, byte, torch.bool):
    case("add.Scalar", T(3, dtype=dtype), 2, dtypes=ONCE)
    case("mul.Scalar", T(3, dtype=dtype), 2.5, dtypes=ONCE)
case("add.Scalar", T(3, dtype=torch.bool), True, dtypes=ONCE)
case("mul.Scalar", T(3, dtype=half, grad=False), 2, dtypes=ONCE)
case("where.self", T(3, dtype=torch.bool), T(3, dtype=torch.int64), T(3))
case("cat", [T(2, dtype=torch.int32), T(2), T(2, dtype=torch.bool)])
case("sum.dim_IntList", T(2, 3, dtype=torch.int32), [1], False, SAME)
case("mean.dim", T(2, 3, dtype=torch.int32), [1], False, SAME)
case("softmax.int", T(2, 3, dtype=torch.int64), 1, SAME)
for dtype in (torch.float64, torch.int64, torch.int32, torch.bool, half, bfloat, torch.complex64):
    case("to.dtype", T(4, 3, permute=[1, 0]), dtype)
case("to.dtype", T(3, dtype=torch.int64), torch.int8, dtypes=ONCE)
case("to.dtype", T(3), torch.complex64, dtypes=COMPLEX)
case("type_as", T(3), T(2, dtype=torch.float64))

# In place, and into given tensors.
kept = {"grad": False}
case("add_.Tensor", T(3, 4, **kept), T(4), alpha=2)
case("mul_.Scalar", T(4, 3, permute=[1, 0], **kept), 2.5)
case("clamp_", T(1, **kept), -0.25, 0.25)
case("fill_.Scalar", T(2, 0, **kept), 1)
case("zero_", T(**kept))
case("copy_", T(3, 4, **kept), T(1, 4))
case("index_put_", T(3, 4, **kept), [None, whole(1)], T())
case("masked_fill_.Scalar", T(3, 2, permute=[1, 0], **kept), T(3, dtype=torch.bool), 0.5)
case("add.out", T(3, 1, **kept), T(4, **kept), out=T(3, 4, **kept))
case("max.dim_max", T(3, 4, **kept), 1, max=T(3, **kept), max_values=T(3, dtype=torch.int64))

# Lists of tensors, numbers and truths.
case("_foreach_add.ScalarList", [T(2), T(0), T()], [1, 2.5, -3])
case("_foreach_mul.Scalar", [T(2, 1), T(3)], 0.5)
case("_foreach_norm.Scalar", [T(2, 3), T(4)], 2)
case("convolution_backward", T(1, 1, 2, 3), T(1, 4, 4, 3), T(1, 4, 3, 1), None, [1, 1], [0, 0], [1, 1], False, [0, 0], 1, [True, False, True])
