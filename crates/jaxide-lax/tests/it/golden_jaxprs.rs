//! Texts of two versions of JAX: what is built prints as 0.4.35 prints it, and all of it parses.

use std::collections::HashMap;

use jaxide_ir::{Jaxpr, PrintOptions, diag, parse, print, same_program, verify};
use serde_json::Value as Json;

use crate::structured::Reader;

/// Ops and dtypes that the dialects lack, with the reason. The list may only shrink.
const MISSING: &[(&str, &str)] = &[
    ("key<fry>", "typed keys are a struct of the front end over u32[2], no dtype of programs"),
    ("random_bits", "an op on typed keys, which programs do not hold"),
    ("random_wrap", "an op on typed keys, which programs do not hold"),
];

/// What is different in a program's text, and JAX's text with that mended.
type Mend = fn(&str) -> String;

/// Programs whose text differs from that of JAX 0.4.35. The list may only shrink.
const DIFFERENT: &[(&str, Mend)] = &[
    ("concat_pad", plain_integers),
    ("conv2d", plain_integers),
    ("cond_closure", no_underscores),
    ("reduce_custom", no_functions),
    ("custom_jvp", no_functions),
    ("custom_vjp", no_functions),
    ("mlp_relu", no_functions),
    ("sgd_step", plain_integers),
];

/// NumPy integers that JAX did not turn into plain ones print as plain ones.
fn plain_integers(text: &str) -> String {
    let mut plain = String::new();
    let mut parts = text.split("np.int64(");
    plain.push_str(parts.next().unwrap_or_default());
    parts.for_each(|part| plain.push_str(&part.replacen(')', "", 1)));
    plain
}

/// JAX marks the names of operands that a branch takes because another one captured them; how an
/// operand came to be is not in the program.
fn no_underscores(text: &str) -> String {
    text.replace("_:", ":")
}

/// Python functions are no parameters, nor is what only goes with them.
fn no_functions(text: &str) -> String {
    let text =
        text.replace("custom_vjp_call_jaxpr", "custom_vjp_call").replace("fun_jaxpr", "call_jaxpr");
    let kept = |line: &&str| !line.contains("=<function") && !line.contains("symbolic_zeros=");
    let lines: Vec<&str> = text.lines().filter(kept).collect();
    lines.join("\n")
}

/// Programs that cannot be built or read, with the reason. The list may only shrink.
const REFUSED: &[(&str, &str)] =
    &[("const_in_jit", "nested programs get what they capture as operands")];

pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) text: String,
    structured: Json,
}

pub(crate) fn cases(version: &str) -> Vec<Case> {
    let path = format!("{}/../../golden/jaxpr_{version}.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    let json: Json = serde_json::from_str(&text).expect("golden files are JSON");
    let case = |case: &Json| Case {
        name: case["name"].as_str().expect("cases have names").into(),
        text: case["jaxpr"].as_str().expect("cases have texts").into(),
        structured: case["structured"].clone(),
    };
    json["cases"].as_array().expect("there are cases").iter().map(case).collect()
}

fn listed<T>(list: &[(&str, T)], name: &str) -> bool {
    list.iter().any(|(listed, _)| *listed == name)
}

/// Missing ops and dtypes that a refusal is about.
fn missing(refusal: &str) -> Option<&str> {
    let line = refusal.lines().next().unwrap_or_default();
    line.strip_prefix("unsupported op ").or_else(|| line.strip_prefix("unsupported dtype "))
}

#[track_caller]
fn none(what: &str, found: &[String]) {
    assert!(found.is_empty(), "{what}:\n{}", found.join("\n"));
}

fn build(case: &Case) -> Result<Jaxpr, String> {
    let registry = jaxide_lax::registry();
    Reader { registry: &registry, shared: HashMap::new() }.jaxpr(&case.structured)
}

#[test]
fn built_programs_print_as_jax_prints_them() {
    let mut wrong = Vec::new();
    for case in cases("0435") {
        let jaxpr = match build(&case) {
            Ok(jaxpr) => jaxpr,
            Err(refusal) => {
                let known = missing(&refusal).is_some_and(|op| listed(MISSING, op));
                if !known && !listed(REFUSED, &case.name) {
                    wrong.push(format!("{}: {refusal}", case.name));
                }
                continue;
            }
        };
        assert_eq!(verify(&jaxpr, Some(&jaxide_lax::registry())), Ok(()), "{}", case.name);
        let text = print(&jaxpr, PrintOptions { literal_types: false });
        let mend = DIFFERENT.iter().find(|(name, _)| *name == case.name).map(|(_, mend)| mend);
        let expected = mend.map_or_else(|| case.text.clone(), |mend| mend(&case.text));
        if text != expected || mend.is_some() && text == case.text {
            wrong.push(format!("{}\nexpected\n{expected}\ngot\n{text}", case.name));
        }
    }
    none("programs that differ without being listed, or are listed and do not", &wrong);
}

#[test]
fn built_programs_survive_the_text_with_typed_literals() {
    let registry = jaxide_lax::registry();
    for case in cases("0435") {
        let Ok(jaxpr) = build(&case) else { continue };
        let text = jaxpr.to_string();
        let again = parse(&text, &case.name, &registry);
        let again = again.unwrap_or_else(|error| panic!("{error}\n{text}"));
        assert!(same_program(&jaxpr, &again), "{text}\nread as\n{again}");
    }
}

#[test]
fn texts_of_both_versions_parse() {
    let registry = jaxide_lax::registry();
    let mut wrong = Vec::new();
    for version in ["0435", "0102"] {
        for case in cases(version) {
            let parsed = parse(&case.text, &case.name, &registry);
            let refusal = match &parsed {
                Ok(jaxpr) => {
                    assert_eq!(verify(jaxpr, Some(&registry)), Ok(()), "{}", case.name);
                    None
                }
                Err(error) => {
                    let op = diag::unsupported_op_name(error).or_else(|| missing(error.message()));
                    let known = op.is_some_and(|op| listed(MISSING, op));
                    (!known && !listed(REFUSED, &case.name)).then(|| error.to_string())
                }
            };
            wrong.extend(refusal.map(|why| format!("{version} {}: {why}", case.name)));
        }
    }
    none("texts that do not parse", &wrong);
}

#[test]
fn what_is_built_is_what_the_text_says() {
    let registry = jaxide_lax::registry();
    let mut wrong = Vec::new();
    for case in cases("0435") {
        let (Ok(built), Ok(parsed)) = (build(&case), parse(&case.text, &case.name, &registry))
        else {
            continue;
        };
        if !same_program(&built, &parsed) && !listed(DIFFERENT, &case.name) {
            wrong.push(format!("{}\nbuilt\n{built}\nread\n{parsed}", case.name));
        }
    }
    none("programs that read differently", &wrong);
}
