// ITK runs in the thread that calls it: the graph runs the nodes in parallel, and a filter's own threads would double the
// processor time for nothing. Set before main(), before there is a filter.
#include <itkMultiThreaderBase.h>

namespace radflow {
namespace {

const bool single_threaded = [] {
  itk::MultiThreaderBase::SetGlobalMaximumNumberOfThreads(1);
  itk::MultiThreaderBase::SetGlobalDefaultNumberOfThreads(1);
  itk::MultiThreaderBase::SetGlobalDefaultThreader(itk::MultiThreaderBase::ThreaderEnum::Platform);
  return true;
}();

}  // namespace
}  // namespace radflow
