# Compiles the generated C++ of a message package in a few large pieces: the same result in much less time, because most of it
# is reading the same headers. The generated C cannot be joined (its files repeat static names),
# nor can the C++ introspection (it repeats template instances).
function(trimtab_join_generated_cpp)
  foreach(part typesupport_c typesupport_cpp typesupport_fastrtps_c typesupport_fastrtps_cpp)
    set(target ${PROJECT_NAME}__rosidl_${part})
    if(TARGET ${target})
      set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 16)
    endif()
  endforeach()
endfunction()

cmake_language(DEFER CALL trimtab_join_generated_cpp)
