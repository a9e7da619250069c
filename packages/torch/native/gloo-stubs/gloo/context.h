// What c10d's header of its Gloo backend needs of Gloo's own, which PyTorch's wheels do not have: names of classes that it holds by pointer
// alone, so that nothing here has a layout. Their code is within libtorch.
#pragma once

#include <chrono>

namespace gloo {

class Context {
 public:
  void setTimeout(std::chrono::milliseconds timeout);
};

}  // namespace gloo
