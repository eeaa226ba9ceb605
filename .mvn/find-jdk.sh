# Sourced by mvnw, phalanx and .ci/run. Sets JDK_HOME to a JDK of at least $REQUIRED_JDK, or says what to install and returns 1.
REQUIRED_JDK=25

jdk_feature_version() {
  # Prints the feature version of the JDK in $1 (25 for 25.0.3), or 0 if there is no JDK with a compiler.
  if [ -x "$1/bin/javac" ] && [ -r "$1/release" ]; then
    sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
  else
    echo 0
  fi
}

find_jdk() {
  on_path=$(command -v javac 2>/dev/null) && on_path=$(readlink -f "$on_path") && on_path=${on_path%/bin/javac}
  for candidate in "${JAVA_HOME:-}" "${on_path:-}" /usr/lib/jvm/* /usr/java/* /opt/*jdk* /opt/java/* \
    "${HOME:-/nonexistent}"/.sdkman/candidates/java/* "${HOME:-/nonexistent}"/.jdks/* /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    [ -n "$candidate" ] && [ -d "$candidate" ] || continue
    version=$(jdk_feature_version "$candidate")
    if [ "${version:-0}" -ge "$REQUIRED_JDK" ]; then
      JDK_HOME=$candidate
      return 0
    fi
  done
  {
    echo "phalanx: no JDK $REQUIRED_JDK or newer found."
    echo "  Looked at JAVA_HOME (${JAVA_HOME:-not set}), javac on the PATH, /usr/lib/jvm, /usr/java, /opt, ~/.sdkman and ~/.jdks."
    echo "  Install one, for example Debian's package openjdk-$REQUIRED_JDK-jdk or Eclipse Temurin's temurin-$REQUIRED_JDK-jdk,"
    echo "  or set JAVA_HOME to where it is."
  } >&2
  return 1
}
