// Runs the tests. Where all of them were skipped, because there is no broker, none has passed: ctest knows that by the code 77.
#include <gmock/gmock.h>

int main(int argc, char** argv) {
  testing::InitGoogleMock(&argc, argv);
  const int code = RUN_ALL_TESTS();
  const testing::UnitTest& tests = *testing::UnitTest::GetInstance();
  return code == 0 && tests.skipped_test_count() == tests.test_to_run_count() ? 77 : code;
}
