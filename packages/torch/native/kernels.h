// Which kernel computes a product of two matrices: the fastest that was measured on this machine for products of about this size.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace retort {

// How two matrices lie in memory: a [rows, inner] times b [inner, columns], where `linear` has b transposed (a layer), `plain` has both as
// they are (the gradient of its input), and `weights` has a transposed (the gradient of its weights).
enum class Form : uint8_t { linear, plain, weights };

enum class Kernel : uint8_t { standard, linear, convolution };

struct Product {
  Form form;
  int64_t rows, inner, columns;
};

// Milliseconds of each kernel, by rounds in which they took turns; empty for a kernel that does not compute it. No kernels at all where other
// programs had the cores meanwhile.
using Times = std::vector<std::vector<double>>;
using Measure = std::function<Times(const Product&)>;

// The kernel for products of this class, measured where none is known yet. What was measured is kept in the file of `keep_kernels`;
// what could not be measured is `standard`, in this process only.
Kernel kernel_for(const Product& product, const Measure& measure);

// Which was chosen for each class that was met here, as lines of the file.
std::vector<std::string> kernels_in_use();

// Takes these choices, whatever was measured; false for a line that is none.
bool use_kernel(std::string_view line);

// Where choices are kept: those that are there hold. An empty name keeps none.
void keep_kernels(const std::string& file);

}  // namespace retort
