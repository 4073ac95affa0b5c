# bulkmarc_add_reference(PROGRAM PARTS): the completions and the manual page of PROGRAM are made from its options, which
# the library PARTS defines, and installed. The target PROGRAM-reference makes them; the program of that name also
# writes the tables of options in docs/.
function(bulkmarc_add_reference program parts)
  set(folder ${CMAKE_CURRENT_FUNCTION_LIST_DIR})
  set(made ${CMAKE_CURRENT_BINARY_DIR}/reference)
  set(page ${folder}/../../docs/man/${program}.1.in)
  set(files ${made}/${program}.bash ${made}/_${program} ${made}/${program}.fish ${made}/${program}.1)

  add_executable(${program}-print-reference ${folder}/main.cpp)
  target_link_libraries(${program}-print-reference PRIVATE ${parts} bulkmarc_compiled_fast)
  file(MAKE_DIRECTORY ${made})
  add_custom_command(
    OUTPUT ${files}
    COMMAND ${program}-print-reference bash ${made}/${program}.bash
    COMMAND ${program}-print-reference zsh ${made}/_${program}
    COMMAND ${program}-print-reference fish ${made}/${program}.fish
    COMMAND ${program}-print-reference man ${made}/${program}.1 ${page}
    DEPENDS ${program}-print-reference ${page}
    VERBATIM)
  add_custom_target(${program}-reference ALL DEPENDS ${files})

  install(FILES ${made}/${program}.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
  install(FILES ${made}/${program}.bash
          DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME ${program})
  install(FILES ${made}/_${program} DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
  install(FILES ${made}/${program}.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
endfunction()
