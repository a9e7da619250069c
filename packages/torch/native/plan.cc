// From an operator's schema to its plan.
#include "operators.h"

namespace retort {
namespace {

Kind kind_of(const c10::Type& type) {
  switch (type.kind()) {
    case c10::TypeKind::TensorType: return Kind::Tensor;
    case c10::TypeKind::IntType:
    case c10::TypeKind::SymIntType: return Kind::Int;
    case c10::TypeKind::FloatType:
    case c10::TypeKind::SymFloatType: return Kind::Float;
    case c10::TypeKind::BoolType:
    case c10::TypeKind::SymBoolType: return Kind::Bool;
    case c10::TypeKind::NumberType: return Kind::Scalar;
    case c10::TypeKind::ComplexType: return Kind::Complex;
    case c10::TypeKind::StringType: return Kind::String;
    case c10::TypeKind::DeviceObjType: return Kind::Device;
    case c10::TypeKind::ScalarTypeType: return Kind::ScalarType;
    case c10::TypeKind::LayoutType: return Kind::Layout;
    case c10::TypeKind::MemoryFormatType: return Kind::MemoryFormat;
    case c10::TypeKind::QSchemeType: return Kind::QScheme;
    case c10::TypeKind::GeneratorType: return Kind::Generator;
    default: return Kind::Unsupported;
  }
}

ArgumentPlan plan_argument(const c10::Argument& argument) {
  ArgumentPlan plan;
  plan.name = argument.name();
  plan.type = argument.real_type()->str();
  c10::TypePtr type = argument.real_type();
  if (auto optional = type->cast<c10::OptionalType>()) {
    plan.optional = true;
    type = optional->getElementType();
  }
  if (auto list = type->cast<c10::ListType>()) {
    plan.list = true;
    type = list->getElementType();
    if (auto optional = type->cast<c10::OptionalType>()) {
      plan.element_optional = true;
      type = optional->getElementType();
    }
  }
  plan.kind = kind_of(*type);
  plan.broadcast = argument.N().value_or(0);
  if (argument.default_value()) {
    plan.has_default = true;
    plan.default_value = *argument.default_value();
  }
  return plan;
}

ReturnPlan plan_return(const c10::FunctionSchema& schema, const c10::Argument& result) {
  ReturnPlan plan;
  plan.scalar_type = result.real_type()->kind() == c10::TypeKind::ScalarTypeType;
  const c10::AliasInfo* alias = result.alias_info();
  if (alias && alias->isWrite() && result.real_type()->kind() == c10::TypeKind::TensorType) {
    for (size_t i = 0; i < schema.arguments().size(); ++i) {
      const c10::AliasInfo* other = schema.arguments()[i].alias_info();
      if (other && other->isWrite() && other->beforeSets() == alias->beforeSets()) plan.argument = static_cast<int>(i);
    }
  }
  return plan;
}

}  // namespace

Operator::Operator(c10::OperatorHandle operator_handle) : handle(std::move(operator_handle)) {
  const auto& schema = handle.schema();
  for (const auto& argument : schema.arguments()) arguments.push_back(plan_argument(argument));
  for (const auto& result : schema.returns()) returns.push_back(plan_return(schema, result));
}

}  // namespace retort
