// An operator of libtorch as a plan: how each argument of its schema is converted, worked out once.
#pragma once

#include <ATen/core/dispatch/Dispatcher.h>

#include <string>
#include <vector>

namespace retort {

enum class Kind { Tensor, Int, Float, Bool, Scalar, Complex, String, Device, ScalarType, Layout, MemoryFormat, QScheme, Generator, Unsupported };

struct ArgumentPlan {
  std::string name;
  std::string type;  // as the schema spells it, for messages
  Kind kind = Kind::Unsupported;
  bool optional = false;          // None is allowed
  bool list = false;
  bool element_optional = false;  // None is allowed as an element
  int64_t broadcast = 0;          // int[2]: one number stands for two equal ones
  bool has_default = false;
  c10::IValue default_value;
};

struct ReturnPlan {
  bool scalar_type = false;  // an int that is a dtype
  int argument = -1;         // the argument that this result is, changed in place
};

struct Operator {
  explicit Operator(c10::OperatorHandle handle);
  c10::OperatorHandle handle;
  std::vector<ArgumentPlan> arguments;
  std::vector<ReturnPlan> returns;
};

}  // namespace retort
