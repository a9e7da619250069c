"""Operators that work element by element."""

import math

import torch

from case import INTEGER, T, case, positive

# Where each function of one argument is defined and has no pole.
EVERYWHERE = """abs angle asinh atan ceil cos cosh deg2rad elu celu erf erfc exp exp2 expm1 floor frac gelu hardshrink hardsigmoid
    hardswish hardtanh i0 leaky_relu log_sigmoid mish neg positive rad2deg relu relu6 round rrelu selu sgn sigmoid sign silu sin sinc
    sinh softplus softshrink special_erfcx special_expit special_i0e special_i1 special_i1e special_log_ndtr special_ndtr
    square tan tanh trunc""".split()
BELOW_ONE = "acos asin atanh erfinv special_ndtri".split()
POSITIVE = "digamma lgamma log log10 log1p log2 reciprocal rsqrt special_entr sqrt".split()
TO_BOOL = "isfinite isinf isnan isneginf isposinf logical_not signbit".split()

for i, name in enumerate(EVERYWHERE + BELOW_ONE + POSITIVE):
    if name in BELOW_ONE:
        kind = {"between": (0.05, 0.95) if name == "special_ndtri" else (-0.9, 0.9)}
    elif name in POSITIVE:
        kind = {"make": positive}
    else:
        kind = {"between": (-1.4, 1.4)} if name in ("tan", "special_erfcx") else {}
    case(name, T(4, 1, 6, narrow=[2, 1, 4], permute=[2, 0, 1], **kind))
    case(name, *[[T(**kind)], [T(2, 0, **kind)], [T(6, 3, step=[0, 2], **kind)]][i % 3])
case("acosh", T(3, 4, between=(1.1, 4), step=[1, 2]))
case("acosh", T(between=(1.1, 4)))
for name in TO_BOOL:
    case(name, T(value=[[1.5, math.nan, -math.inf], [-0.0, 0.0, math.inf]], grad=False, permute=[1, 0]))
case("logit", T(3, 4, between=(0.05, 0.95), permute=[1, 0]))
case("logit", T(value=[0, 0.3, 1]), 0.125)
case("polygamma", 2, T(3, 1, make=positive))
case("mvlgamma", T(2, 3, between=(2, 5)), 3)
case("round.decimals", T(2, 3), 2)
case("nan_to_num", T(value=[math.nan, math.inf, -math.inf, 1.5, -2]))
case("nan_to_num", T(value=[math.nan, math.inf, -math.inf, 1.5, -2]), 0.25, None, -7.5)

# Activations with parameters.
case("elu", T(3, 4), 1.5, 1, 0.5)
case("celu", T(3, 4), 0.75)
case("gelu", T(3, 4, permute=[1, 0]), approximate="tanh")
case("gelu", T(1), approximate="tanh")
case("glu", T(2, 6, 3, permute=[2, 1, 0]), 1)
case("glu", T(0, 4), -1)
case("hardtanh", T(3, 4), -0.5, 0.75)
case("leaky_relu", T(3, 4), 0.25)
case("prelu", T(2, 3, 4), T(3))
case("prelu", T(5), T(1))
case("softplus", T(value=[-30, -1, 0, 1, 5, 30]), 2, 5)
case("softshrink", T(3, 4), 0.25)
case("threshold", T(3, 4, permute=[1, 0]), 0.25, -1.5)
case("threshold", T(), 0, 1)

# Two operands.
for name in "add sub mul div".split():
    case(f"{name}.Tensor", T(3, 1, 5), T(4, 1))
    case(f"{name}.Tensor", T(), T(2, 0))
    case(f"{name}.Tensor", T(5, 4, permute=[1, 0]), T(6, 5, narrow=[0, 1, 4], make=positive))
    case(f"{name}.Scalar", T(3, 2), 2.5)
case("add.Tensor", T(3), T(3), alpha=0.5)
case("rsub.Tensor", T(3, 1), T(4), alpha=2)
case("rsub.Scalar", T(3, 1), 2.5)
for mode in ("trunc", "floor"):
    case("div.Tensor_mode", T(3, 4), T(4, make=positive), rounding_mode=mode)
for name in "atan2 copysign.Tensor fmax fmin hypot logaddexp logaddexp2 maximum minimum".split():
    case(name, T(3, 1, 5), T(4, 1))
    case(name, T(5, 4, permute=[1, 0]), T(4, 1, expand=[4, 5]))
    case(name, T(), T(3, 0))
for name in "fmod.Tensor remainder.Tensor float_power.Tensor_Tensor xlogy.Tensor special_xlog1py".split():
    positive_first = {"make": positive} if "power" in name else {}
    case(name, T(3, 1, 5, **positive_first), T(4, 1, make=positive))
    case(name, T(5, 4, permute=[1, 0], **positive_first), T(8, 5, step=[0, 2], make=positive))
case("atan2", T(value=[0, 1, -1, -1, 0]), T(value=[1, 0, 0, -1, -1]))
case("hypot", T(value=[3, 0, -5]), T(value=[-4, 2, 12]))
case("logaddexp", T(value=[-math.inf, 1, 50], grad=False), T(value=[-math.inf, -math.inf, -50], grad=False))
case("maximum", T(value=[1, math.nan, 2]), T(value=[1, 0, 3]))
case("fmax", T(value=[1, math.nan, 2]), T(value=[1, 0, 3]))
case("xlogy.Tensor", T(value=[0, 0, 2], grad=False), T(value=[0, math.nan, 3], grad=False))
case("fmod.Scalar", T(3, 4), -0.75)
case("remainder.Scalar", T(3, 4), -0.75)
case("pow.Tensor_Scalar", T(2, 3), 3)
case("pow.Tensor_Scalar", T(4, 3, permute=[1, 0], make=positive), -0.5)
case("pow.Tensor_Scalar", T(2), 0)
case("pow.Tensor_Tensor", T(2, 3, make=positive), T(3))
case("pow.Tensor_Tensor", T(value=[0, 0, -2]), T(value=[0, 2, 3], grad=False))
case("pow.Scalar", 2.5, T(2, 1, 3, permute=[2, 0, 1]))
case("ldexp.Tensor", T(2, 3), T(3, dtype=torch.int32, between=(-3, 3)))
case("heaviside", T(value=[-1.5, 0, 2], grad=False), T(grad=False))
case("nextafter", T(3, 1, grad=False), T(2, grad=False))
case("floor_divide", T(3, 1, grad=False), T(4, make=positive, grad=False))
for name in "eq ne lt le gt ge".split():
    case(f"{name}.Tensor", T(2, 1, 3), T(4, 1, grad=False))
    case(f"{name}.Scalar", T(4, 3, permute=[1, 0]), 0)
case("isclose", T(value=[1, math.nan, 2], grad=False), T(value=[1.000001, math.nan, 3], grad=False), equal_nan=True)
for name in "logical_and logical_or logical_xor".split():
    case(name, T(3, 1, dtype=torch.bool), T(4, dtype=torch.bool))
    case(name, T(value=[0, 1.5, -2], grad=False), T(value=[0, 0, 3], grad=False))

# Three operands.
case("lerp.Scalar", T(3, 1), T(4), 0.25)
case("lerp.Tensor", T(3, 1), T(4), T(2, 1, 1, between=(0, 1)))
case("lerp.Tensor", T(2, 0), T(2, 0), T())
case("addcmul", T(3, 1), T(4), T(2, 1, 1), value=-0.5)
case("addcmul", T(), T(4, 3, permute=[1, 0]), T(3, 1, expand=[3, 4]))
case("addcdiv", T(3, 1), T(4), T(2, 1, 1, make=positive), value=2)
case("where.self", T(3, 1, dtype=torch.bool), T(4), T())
case("where.self", T(2, 3, dtype=torch.bool, permute=[1, 0]), T(3, 2), T(4, 3, permute=[1, 0], narrow=[1, 1, 2]))
case("where.ScalarSelf", T(3, 2, dtype=torch.bool), -1.5, T(2))
case("where.ScalarOther", T(3, 2, dtype=torch.bool), T(1, 2), 0)
case("clamp", T(2, 3), -0.5, None)
case("clamp", T(4, 3, permute=[1, 0]), -0.5, 0.75)
case("clamp.Tensor", T(2, 3), T(3, between=(-1, 0)), T(2, 1, between=(0, 1)))
case("clamp_min", T(value=[-1, 0.5, 2]), 0.5)
case("clamp_max", T(1, 3), 0.5)
case("clamp_min.Tensor", T(2, 3), T())
case("clamp_max.Tensor", T(2, 3), T(2, 1))

# Whole numbers.
for name in "bitwise_and bitwise_or bitwise_xor".split():
    case(f"{name}.Tensor", T(3, 1), T(4), dtypes=(*INTEGER, torch.uint8))
    case(f"{name}.Tensor", T(3, 1, between=(0, 1)), T(4, between=(0, 1)), dtypes=(torch.bool,))
for name in "gcd lcm".split():
    case(name, T(3, 1), T(4), dtypes=INTEGER)
for name in "bitwise_left_shift bitwise_right_shift".split():
    case(f"{name}.Tensor", T(3, 1), T(4, between=(0, 5)), dtypes=INTEGER)
case("bitwise_not", T(2, 3), dtypes=(*INTEGER, torch.uint8))
case("bitwise_not", T(2, 3, between=(0, 1)), dtypes=(torch.bool,))
for name in "abs neg sign square".split():
    case(name, T(4, 3, permute=[1, 0]), dtypes=INTEGER)
for name in "add sub mul div".split():
    case(f"{name}.Tensor", T(3, 1), T(4, between=(1, 9)), dtypes=(*INTEGER, torch.uint8))
for name in "remainder fmod".split():
    case(f"{name}.Tensor", T(3, 1), T(4, between=(-5, -1)), dtypes=INTEGER)
case("floor_divide", T(3, 1), T(4, between=(-5, -1)), dtypes=INTEGER)
case("pow.Tensor_Scalar", T(3), 3, dtypes=INTEGER)
case("clamp", T(5), -3, 4, dtypes=INTEGER)
