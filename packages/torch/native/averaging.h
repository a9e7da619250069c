// What backward() asks of those who average its gradients over the ranks.
#pragma once

#include <exception>

namespace retort {

// After the outermost backward() of this thread, with what it has thrown: throws where gradients were to be averaged and were not.
void finish_averaging(std::exception_ptr thrown);

}  // namespace retort
