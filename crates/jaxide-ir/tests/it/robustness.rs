//! Malformed text is refused; it never panics, overflows the stack or hangs.

use jaxide_ir::{Result, parse, same_program, verify};
use proptest::prelude::*;

use crate::{dialect::registry, programs::program};

const SEEDS: [&str; 3] = [
    "let f = { lambda ; a:f32[2]. let b:f32[2] = sin a in (b,) } in
{ lambda z:i32[]; a:f32[2] _:bool[]. let
    b:f32[2] = jit[name=<lambda> jaxpr=f] a
    c:f32[2] d:f32[2] = split b; check c
    e:f32[2] = cond[
      branches=(
        { lambda ; a:f32[2]. let  in (a,) }
        { lambda ; a:f32[2]. let _:f32[2] = add a 1.5 in (a,) }
      )
    ] 1:i32[] d
    f:c64[] = mul (1+2j):c64[] 1e-05j
  in (e, f, -inf:f32[]) }",
    "{ lambda ; a:f32[]. let b:f32[] = test.kinds[bool=True int=-3 float=2.5e-07 dtype=bool \
     symbol=<Mode.DROP: 2> str=\"a\\\"b\" tuple=(1, 2) list=[a, 'b c'] pair=([], False) \
     record=Numbers(dims=(), mode=x) ext=order(a < b -> 1) maybe=None] a in (b,) }",
    "# nothing\n{ lambda ; . let check 1 2 in () }",
];

/// Reads a text; what is accepted must be sound and print.
fn try_text(text: &str) {
    if let Ok(jaxpr) = parse(text, "text", &registry()) {
        assert_eq!(verify(&jaxpr, Some(&registry())), Ok(()), "{text}");
        let printed = jaxpr.to_string();
        let again = parse(&printed, "text", &registry());
        let again = again.unwrap_or_else(|error| panic!("{error}\n{printed}\nfrom\n{text}"));
        assert!(same_program(&jaxpr, &again), "{text}\nprints as\n{printed}");
    }
}

fn message(result: Result<jaxide_ir::Jaxpr>) -> String {
    result.expect_err("the text is wrong").message().to_owned()
}

#[test]
fn truncated_text_is_refused_without_panic() {
    for seed in SEEDS {
        parse(seed, "seed", &registry()).expect("seeds are right");
        for (at, _) in seed.char_indices() {
            try_text(&seed[..at]);
            try_text(&seed[at..]);
        }
    }
}

#[test]
fn deep_nesting_is_refused() {
    let deep = [
        "{ lambda ; . let call[jaxpr=".repeat(20_000),
        "{ lambda ; a:f32[]. let b:f32[] = cond[branches=(".repeat(20_000),
        format!("{{ lambda ; . let foo[{}", "(".repeat(100_000)),
        format!("{{ lambda ; . let call[policy={}", "(".repeat(100_000)),
        format!("{{ lambda ; . let  in ({}", "(".repeat(100_000)),
        format!("let f = {}", "{".repeat(100_000)),
        "<".repeat(20_000),
    ];
    for text in deep {
        assert!(parse(&text, "text", &registry()).is_err());
    }
    let nested = "{ lambda ; . let call[jaxpr=".repeat(200);
    let expected = "program text is too large: more than 100 levels of nesting";
    assert_eq!(message(parse(&nested, "text", &registry())), expected);
}

#[test]
fn chains_of_shared_jaxprs_count_as_nesting() {
    let link =
        |at: usize| format!("let f{at} = {{ lambda ; . let call[jaxpr=f{}]  in () }} in\n", at + 1);
    let chain = |length: usize| {
        let links: String = (0..length).map(link).collect();
        let last = "{ lambda ; . let  in () }";
        format!("{links}let f{length} = {last} in {{ lambda ; . let call[jaxpr=f0]  in () }}")
    };
    parse(&chain(30), "text", &registry()).expect("thirty levels are not too many");
    assert!(message(parse(&chain(5000), "text", &registry())).contains("levels of nesting"));
}

#[test]
fn sharing_that_would_explode_prints_in_linear_space() {
    let link = |at: usize| {
        let call = format!("call[name=f jaxpr=f{}] ", at + 1);
        format!("let f{at} = {{ lambda ; . let {call}; {call} in () }} in\n")
    };
    let links: String = (0..40).map(link).collect();
    let text = format!(
        "{links}let f40 = {{ lambda ; . let  in () }} in {{ lambda ; . let call[jaxpr=f0]  in () }}"
    );
    let jaxpr = parse(&text, "text", &registry()).expect("the text is right");
    let printed = jaxpr.to_string();
    assert_eq!(printed.matches("let f").count(), 40, "{printed}");
    let again = parse(&printed, "text", &registry()).expect("printed text parses");
    assert!(same_program(&jaxpr, &again));
    assert_eq!(verify(&again, Some(&registry())), Ok(()));
    assert!(again.effects().is_pure());
    assert_eq!(again.total_eqns(), (1 << 41) - 1);
}

#[test]
fn huge_numbers_are_refused() {
    let huge = "9".repeat(500);
    let refused = |text: String| assert!(parse(&text, "text", &registry()).is_err(), "{text}");
    refused(format!("{{ lambda ; a:f32[{huge}]. let  in () }}"));
    refused("{ lambda ; a:f32[4294967296,4294967296,4294967296]. let  in () }".into());
    refused("{ lambda ; a:u8[18446744073709551615]. let  in () }".into());
    refused(format!("{{ lambda ; . let  in ({huge}:i64[],) }}"));
    refused("{ lambda ; . let  in (256:u8[],) }".into());
    refused("{ lambda ; . let  in (1e999:f64[],) }".into());
    refused(format!("{{ lambda ; . let a:i32[2] = iota[dtype=int32 shape=({huge},)]  in (a,) }}"));
    refused("{ lambda ; . let a:i32[2] = iota[dtype=int32 shape=(-2,)]  in (a,) }".into());
}

#[test]
fn many_untyped_literals_do_not_explode() {
    let operands = " 1".repeat(300);
    let error = parse(
        &format!("{{ lambda ; . let a:i32[] = add{operands} in (a,) }}"),
        "text",
        &registry(),
    );
    assert_eq!(message(error), "add: expected 2 operands, got 300");
}

/// A change of a text: where, how many characters go, and what comes instead.
fn change() -> impl Strategy<Value = (usize, usize, String)> {
    let pieces = "[{}()\\[\\]<>:;,.=#\"'\\\\ \n]|[a-z]{1,2}|-?[0-9]{1,3}|in \\(|let |lambda|None|é";
    (any::<usize>(), 0..6usize, pieces)
}

fn changed(text: &str, changes: &[(usize, usize, String)]) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    for (at, gone, piece) in changes {
        let at = at % (chars.len() + 1);
        let end = (at + gone).min(chars.len());
        chars.splice(at..end, piece.chars());
    }
    chars.into_iter().collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn changed_text_never_panics(
        seed in 0..SEEDS.len(),
        changes in prop::collection::vec(change(), 1..5),
    ) {
        try_text(&changed(SEEDS[seed], &changes));
    }

    #[test]
    fn changed_random_programs_never_panic(
        tape in prop::collection::vec(any::<u32>(), 0..200),
        changes in prop::collection::vec(change(), 1..3),
    ) {
        try_text(&changed(&program(&tape).to_string(), &changes));
    }

    #[test]
    fn arbitrary_text_never_panics(text in "\\PC{0,80}") {
        try_text(&text);
    }
}
