/**
 * Go's text/template language, as far as configurations use it: in default rules of label providers
 * and in dynamic files. Fields, pipelines, variables, {@code if}, {@code range}, {@code with},
 * comparison and logic, and the string, list and number functions that people call there. No input
 * or output but the text, the model and the environment that are handed in.
 */
@NullMarked
package io.phalanx.providers.template;

import org.jspecify.annotations.NullMarked;
