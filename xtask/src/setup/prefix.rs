//! Prefixes: folders with `bin`, `include` and `lib` that hold LLVM and MLIR 22. Which ones there are, and
//! what one lacks. How they come to be is in `apt` and `wheels`.

use super::{toolchain, wheels};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where Debian's packages lie.
pub(super) const DEBIAN: &str = "/usr/lib/llvm-22";

/// Where other package managers put LLVM 22: Fedora, Arch, Homebrew on Apple, Intel and Linux machines.
const ELSEWHERE: &[&str] = &[
    "/usr/lib64/llvm22",
    "/usr/lib/llvm22",
    "/opt/homebrew/opt/llvm@22",
    "/usr/local/opt/llvm@22",
    "/home/linuxbrew/.linuxbrew/opt/llvm@22",
];

/// Whether the prefix that the checkout uses is good.
pub(super) fn is_complete(current: &Path) -> bool {
    wheels::are_complete(current) || gaps(current).is_empty()
}

/// A complete prefix that somebody installed.
pub(super) fn installed() -> Option<PathBuf> {
    [DEBIAN].iter().chain(ELSEWHERE).map(PathBuf::from).find(|prefix| gaps(prefix).is_empty())
}

/// What a system's prefix lacks, each in a few words.
pub(super) fn gaps(prefix: &Path) -> Vec<&'static str> {
    PARTS.iter().filter(|part| !(part.present)(prefix)).map(|part| part.what).collect()
}

/// The packages of Debian that hold what its prefix lacks.
pub(super) fn missing_packages() -> Vec<&'static str> {
    let debian = Path::new(DEBIAN);
    PARTS.iter().filter(|part| !(part.present)(debian)).map(|part| part.package).collect()
}

/// One thing that a build needs: how to see that it is there, and the package of Debian that has it.
struct Part {
    what: &'static str,
    package: &'static str,
    present: fn(&Path) -> bool,
}

const PARTS: &[Part] = &[
    Part { what: "a C++ compiler", package: "g++", present: |_| toolchain::has_cpp_compiler() },
    Part {
        what: "LLVM 22 with headers",
        package: "llvm-22-dev",
        present: |prefix| prefix.join("include/llvm-c/Core.h").exists() && is_version_22(prefix),
    },
    Part {
        what: "MLIR with headers",
        package: "libmlir-22-dev",
        present: |prefix| prefix.join("include/mlir-c/IR.h").exists(),
    },
    Part {
        what: "libclang",
        package: "libclang1-22",
        present: |prefix| holds(&prefix.join("lib"), "libclang", &[".so", ".dylib"]),
    },
    Part {
        what: "clang's own headers",
        package: "libclang-common-22-dev",
        present: |prefix| prefix.join("lib/clang/22/include/stddef.h").exists(),
    },
    Part {
        what: "Polly",
        package: "libpolly-22-dev",
        // Only Debian's llvm-config names Polly among the libraries to link.
        present: |prefix| prefix != Path::new(DEBIAN) || prefix.join("lib/libPolly.a").exists(),
    },
    Part {
        what: "zlib for linking",
        package: "zlib1g-dev",
        present: |_| toolchain::has_library("z"),
    },
    Part {
        what: "zstd for linking",
        package: "libzstd-dev",
        present: |_| toolchain::has_library("zstd"),
    },
];

fn is_version_22(prefix: &Path) -> bool {
    let config = Command::new(prefix.join("bin/llvm-config")).arg("--version").output();
    config.is_ok_and(|output| output.stdout.starts_with(b"22."))
}

fn holds(folder: &Path, start: &str, middles: &[&str]) -> bool {
    let names = fs::read_dir(folder).into_iter().flatten().flatten();
    names.map(|entry| entry.file_name().to_string_lossy().into_owned()).any(|name| {
        // libclang-cpp is another library.
        name.starts_with(start)
            && !name.starts_with("libclang-cpp")
            && middles.iter().any(|middle| name.contains(middle))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_folder_lacks_all_of_llvm() {
        let gaps = gaps(Path::new("/nonexistent"));
        for part in ["LLVM 22 with headers", "MLIR with headers", "libclang"] {
            assert!(gaps.contains(&part), "{gaps:?}");
        }
    }
}
