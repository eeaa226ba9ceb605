# Sourced by phalanx and by the test of what it makes: how a node is started from jars, and the AOT cache (JEP 483 and 515) with which that takes less time.

# Prints the class path of a node of the checkout $1: its own classes first, since some of them stand in the place of libraries' ones.
node_class_path() {
  printf %s "$1/node/target/phalanx-node.jar"
  for jar in "$1"/node/target/lib/*.jar; do
    printf :%s "$jar"
  done
}

# Prints what decides whether a cache is for the checkout $1 and the JDK $2.
cache_identity() {
  cat "$2/release" "$1/node/jvm.options"
  LC_ALL=C TZ=UTC0 ls -ln "$1/node/target/phalanx-node.jar" "$1"/node/target/lib/*.jar
}

# Whether the cache $3 is for the checkout $1 and the JDK $2, or none can be made for them. The JVM does not look at the jars (25.0.3): it would run the
# classes that it had when the cache was made.
aot_cache_fits() {
  [ -f "$3.for" ] && cache_identity "$1" "$2" 2>/dev/null | cmp -s - "$3.for" &&
    [ -z "$(find "$1/node/target/phalanx-node.jar" "$1/node/target/lib" "$1/node/jvm.options" -newer "$3.for" -print -quit)" ]
}

# Makes the cache $3 of the checkout $1 with the JDK $2, in the empty folder $4, which the caller removes; says nothing, its log is in that folder. The
# options are those of nodes, because a cache is for modules, for headers of objects and for one way to compress references.
make_aot_cache() {
  mkdir "$4/training" &&
    bounded "$2/bin/java" "@$1/node/jvm.options" -XX:AOTMode=record "-XX:AOTConfiguration=$4/recorded" \
      -cp "$(node_class_path "$1")" io.phalanx.node.Training "$4/training" >"$4/log" 2>&1 &&
    bounded "$2/bin/java" "@$1/node/jvm.options" -XX:AOTMode=create "-XX:AOTConfiguration=$4/recorded" "-XX:AOTCache=$4/cache" \
      -cp "$(node_class_path "$1")" >>"$4/log" 2>&1 &&
    mv -f "$4/cache" "$3"
}

# The training ends itself after a minute; this is for a JVM that hangs.
bounded() {
  if command -v timeout >/dev/null 2>&1; then
    timeout -k 5 180 "$@"
  else
    "$@"
  fi
}
