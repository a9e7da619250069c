// The layout of the exchange buffer, a Float64Array that JavaScript and the addon share, so that a call costs one crossing and no
// conversion of values by Node-API. src/dispatch/exchange.ts is the other side of this file: change both together.
//
//   [0]    1 while a scope is open in JavaScript (then freeing is by scope and V8 is told nothing), else 0
//   [1]    number of values
//   [2...] the values, each a tag and what the tag says
#pragma once

namespace retort {

enum class Tag : int {
  Missing = 0,   // take the schema's default
  None = 1,
  Bool = 2,      // 0 or 1
  Number = 3,
  BigInt = 4,    // the 64 bits of the integer in place of the double
  Handle = 5,    // a tensor or a generator
  String = 6,    // length, then one UTF-8 byte per number
  List = 7,      // length, then that many tagged values
  Numbers = 8,   // length, then that many numbers
  Complex = 9,   // real, imaginary
  Argument = 10, // results only: the argument with this index itself, which the operator changed in place
  Unsigned = 11, // an integer of 2^63 or more: its 64 bits in place of the double
};

constexpr size_t kScopeSlot = 0;
constexpr size_t kCountSlot = 1;
constexpr size_t kFirstSlot = 2;

}  // namespace retort
