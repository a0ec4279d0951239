//! What the parser accepts and refuses.

use expect_test::{Expect, expect};
use jaxide_ir::{Atom, DType, Effect, Id, Jaxpr, Loc, Param, Scalar, diag, parse};

use crate::dialect::{MODES, read, registry};

fn refused(text: &str, expected: Expect) {
    let error = parse(text, "f.jaxpr", &registry()).expect_err("the text is wrong");
    expected.assert_eq(&error.to_string());
}

/// The literal operands of an equation.
fn literals(jaxpr: &Jaxpr, eqn: usize) -> Vec<Scalar> {
    jaxpr.eqns[eqn].inputs.iter().filter_map(|atom| atom.scalar()).collect()
}

#[test]
fn equations_know_their_line_and_column() {
    let jaxpr = read("# comment\n{ lambda ; a:f32[]. let\n    b:f32[] = sin a # more\n  in (b,) }");
    assert_eq!(jaxpr.eqns[0].loc, Loc::text("test".into(), 3, 5));
}

#[test]
fn untyped_literals_take_the_dtype_that_the_op_asks_for() {
    let jaxpr = read(
        "{ lambda ; a:f16[3] b:bool[] c:u32[] d:f64[]. let
            e:f16[3] = add a 0.5
            f:u32[] = add 4294967295 c
            g:f32[] = select_n b 1.0 -inf
            h:i8[] = select_n True 1 -2
            i:f64[] = add d 1
            j:c64[] = add (1-2j) 2j
            k:f32[] = call[jaxpr={ lambda ; a:i32[] b:f32[] c:u8[]. let  in (b,) }] 0 1.5 2
          in (e, f, g, h, i, j, k) }",
    );
    let dtypes = |eqn| literals(&jaxpr, eqn).iter().map(|s| s.dtype()).collect::<Vec<_>>();
    assert_eq!(dtypes(0), [DType::F16]);
    assert_eq!(dtypes(1), [DType::U32]);
    assert_eq!(dtypes(2), [DType::F32, DType::F32]);
    assert_eq!(dtypes(3), [DType::Bool, DType::I8, DType::I8]);
    assert_eq!(dtypes(4), [DType::F64]);
    assert_eq!(dtypes(5), [DType::C64, DType::C64]);
    assert_eq!(dtypes(6), [DType::I32, DType::F32, DType::U8]);
}

#[test]
fn typed_literals_keep_their_type() {
    let jaxpr = read("{ lambda ; . let a:c64[] = add (1+2j):c64[] 1j:c64[] in (a, nan:bf16[]) }");
    assert_eq!(literals(&jaxpr, 0)[0], Scalar::complex(DType::C64, 1.0, 2.0));
    assert_eq!(jaxpr.outputs[1], Atom::literal(Scalar::float(DType::BF16, f64::NAN)));
}

#[test]
fn untyped_results_take_the_default_of_their_spelling() {
    let jaxpr = read("{ lambda ; . let  in (3.0, 2, True) }");
    let types: Vec<String> = jaxpr.out_types().iter().map(ToString::to_string).collect();
    assert_eq!(types, ["f32[]", "i32[]", "bool[]"]);
}

#[test]
fn the_binder_decides_where_a_parameter_names_a_64_bit_type() {
    let jaxpr = read(
        "{ lambda ; a:f32[2]. let
            b:i32[2] = convert[new_dtype=int64] a
            c:f64[2] = convert[new_dtype=float64] a
            d:f32[2] = mul[out_dtype=float64] a a
          in (b, c, d) }",
    );
    assert_eq!(jaxpr.eqns[0].params.dtype("new_dtype"), DType::I32);
    assert_eq!(jaxpr.eqns[1].params.dtype("new_dtype"), DType::F64);
    assert_eq!(jaxpr.eqns[2].params.dtype("out_dtype"), DType::F32);
}

#[test]
fn operands_that_the_op_would_convert_are_converted_before_it() {
    let jaxpr = read(
        "{ lambda ; a:i32[2] b:f32[2]. let
            c:f32[2] = add[out_dtype=float64] a b
            d:f32[2] = add[out_dtype=None] b 2.0
            e:i32[2] = add[out_dtype=int32] a 1
          in (c, d, e) }",
    );
    assert_eq!(
        jaxpr.to_string(),
        "{ lambda ; a:i32[2] b:f32[2]. let
    c:f32[2] = convert[new_dtype=float32 weak_type=False] a
    d:f32[2] = add c b
    e:f32[2] = add b 2.0:f32[]
    f:i32[2] = add a 1:i32[]
  in (d, e, f) }"
    );
}

#[test]
fn aliases_renamed_and_ignored_parameters_come_from_the_dialect() {
    let text = "{ lambda ; a:f32[]. let
        b:f32[] = jit[
          name=<lambda>
          policy=<function f.<locals>.g at 0x7f>
          call_jaxpr={ lambda ; a:f32[]. let b:f32[] = sin[out_sharding=None] a in (b,) }
          out_sharding=NamedSharding(mesh=Mesh('x': 2), spec=(None, 'x'))
        ] a
      in (b,) }";
    let jaxpr = read(text);
    assert_eq!(jaxpr.eqns[0].params.str("name"), "<lambda>");
    assert_eq!(jaxpr.eqns[0].params.jaxpr("jaxpr").eqns.len(), 1);
}

#[test]
fn hoisted_jaxprs_may_refer_to_later_ones() {
    let jaxpr = read(
        "let h = { lambda ; a:f32[]. let b:f32[] = jit[name=g jaxpr=g] a in (b,) } in
        let g = { lambda ; e:f32[]. let f:f32[] = sin e in (f,) } in
        { lambda ; i:f32[]. let j:f32[] = jit[name=h jaxpr=h] i in (j,) }",
    );
    assert_eq!(jaxpr.total_eqns(), 3);
}

#[test]
fn branches_may_stand_apart_by_blanks_or_commas() {
    for comma in ["", ","] {
        let branch = "{ lambda ; a:f32[]. let  in (a,) }";
        let jaxpr = read(&format!(
            "{{ lambda ; a:f32[]. let b:f32[] = cond[branches=({branch}{comma} {branch})] 0 a \
             in (b,) }}"
        ));
        assert_eq!(jaxpr.eqns[0].params.jaxprs().len(), 2);
    }
}

#[test]
fn parameter_values_are_read_by_their_kind() {
    let kinds = |symbol: &str, rest: &str| {
        let jaxpr = read(&format!(
            "{{ lambda ; a:f32[]. let b:f32[] = test.kinds[bool=True int=np.int64(-3) float=2 \
             dtype=bool symbol={symbol} str=None tuple=(np.int32(1), 2) list=['a b', c] \
             pair=((1,), False) record=Numbers(mode=\"x]\", dims=()) ext=order(a < b -> 1) {rest}] \
             a in (b,) }}"
        ));
        jaxpr.eqns[0].params.clone()
    };
    let params = kinds("Mode.FILL", "maybe=<A.B: 7>");
    assert_eq!(params.int("int"), -3);
    assert_eq!(params.get("float"), Some(&Param::Float(2.0)));
    assert_eq!(params.str("str"), "None");
    assert_eq!(params.ints("tuple"), [1, 2]);
    assert_eq!(params.items("list"), [Param::from("a b"), Param::from("c")]);
    assert_eq!(params.int("maybe"), 7);
    for symbol in ["<Mode.DROP: 2>", "2", "DROP", "Mode.DROP"] {
        assert_eq!(kinds(symbol, "").str("symbol"), MODES[2]);
    }
}

#[test]
fn variables_may_be_named_like_words_of_the_grammar() {
    let jaxpr = read(
        "{ lambda ; in:f32[] inf:f32[]. let
            nan:f32[] = add in inf
            let:f32[] = add nan in
          in (let,) }",
    );
    assert_eq!(jaxpr.eqns[1].inputs[1], jaxpr.inputs[0].into());
}

#[test]
fn operands_may_wrap_and_equations_may_lack_results() {
    let jaxpr = read(
        "{ lambda ; a:f32[] add:f32[]. let
            check a a
              add a
            check a
            b:f32[] = sin
              a
            check add; check a
            c:f32[] = sin a; check b in (c,) }",
    );
    let counts: Vec<usize> = jaxpr.eqns.iter().map(|eqn| eqn.inputs.len()).collect();
    assert_eq!(counts, [4, 1, 1, 1, 1, 1, 1]);
}

#[test]
fn an_unknown_op_is_told_apart() {
    let error = parse("{ lambda ; . let a:f32[] = foo.bar[x=1]  in () }", "f", &registry());
    let error = error.expect_err("there is no such op");
    assert_eq!(diag::unsupported_op_name(&error), Some("foo.bar"));
    assert_eq!(error.message(), "unsupported op foo.bar");
}

#[test]
fn mistakes_are_told_with_place_and_expectation() {
    refused(
        "{ lambda ; a:f32[2]. let",
        expect![[r#"
        expected an equation or `in (`, got the end of the text
          --> f.jaxpr:1:25"#]],
    );
    refused(
        "{ lambda ; a:f32[2]. let b:f32[2] = sin c in (b,) }",
        expect![[r#"
        undefined variable c
          --> f.jaxpr:1:41"#]],
    );
    refused(
        "{ lambda ; a:f32[2] a:f32[]. let  in () }",
        expect![[r#"
        variable a is defined twice
          --> f.jaxpr:1:21"#]],
    );
    refused(
        "{ lambda ; a:f32[2]. let\n  b:f32[3] = sin a in (b,) }",
        expect![[r#"
        sin: expected results f32[2], got f32[3]
          --> f.jaxpr:2:3"#]],
    );
    refused(
        "{ lambda ; a:f32[2]. let b:f32[2] = add a in (b,) }",
        expect![[r#"
        add: expected 2 operands, got 1
          --> f.jaxpr:1:26"#]],
    );
    refused(
        "{ lambda ; a:f32[2]. let b:f32[2] = sin[x=1] a in (b,) }",
        expect![[r#"
        sin: there is no parameter x
          --> f.jaxpr:1:41"#]],
    );
    refused(
        "{ lambda ; a:f32[2]. let b:i32[2] = iota[dtype=complex] in (b,) }",
        expect![[r#"
        expected a dtype, got `complex`
          --> f.jaxpr:1:48"#]],
    );
    refused(
        "{ lambda ; a:key<fry>[2]. let  in () }",
        expect![[r#"
        unsupported dtype key<fry>
          --> f.jaxpr:1:14"#]],
    );
    refused(
        "{ lambda ; a:f32[]. let b:f32[] = add a 2.5:i32[] in (b,) }",
        expect![[r#"
        expected a literal of type i32[], got 2.5
          --> f.jaxpr:1:41"#]],
    );
    refused(
        "{ lambda ; a:f32[]. let b = sin a in (b,) }",
        expect![[r#"
        expected `:` and a type, got `=`
          --> f.jaxpr:1:27"#]],
    );
    refused(
        "{ lambda ; . let  in (\"a) }",
        expect![[r#"
        expected a closing quote, got the end of the line
          --> f.jaxpr:1:23"#]],
    );
    refused(
        "{ lambda ; . let  in () } }",
        expect![[r#"
        expected the end of the text, got `}`
          --> f.jaxpr:1:27"#]],
    );
}

#[test]
fn cycles_and_unknown_names_of_jaxprs_are_refused() {
    let cycle = "let f = { lambda ; . let call[jaxpr=f]  in () } in { lambda ; . let  in () }";
    refused(
        cycle,
        expect![[r#"
        expected no cycle through f, got `f`
          --> f.jaxpr:1:37"#]],
    );
    refused(
        "{ lambda ; . let call[jaxpr=g]  in () }",
        expect![[r#"
        undefined jaxpr g
          --> f.jaxpr:1:29"#]],
    );
}

#[test]
fn variable_numbers_follow_the_text() {
    let jaxpr = read("{ lambda z:f32[]; y:f32[]. let x:f32[] = sin y in (x,) }");
    let numbers: Vec<usize> = jaxpr.inputs.iter().map(|var| var.index()).collect();
    assert_eq!((numbers, jaxpr.eqns[0].outputs[0].index()), (vec![0, 1], 2));
}

#[test]
fn effects_of_nested_jaxprs_are_effects_of_the_program() {
    let nested = "{ lambda ; a:f32[]. let check a in (a,) }";
    let jaxpr = read(&format!(
        "{{ lambda ; a:f32[]. let b:f32[] = sin a; c:f32[] = call[jaxpr={nested}] b in (c,) }}"
    ));
    assert!(jaxpr.eqns[0].effects().is_pure());
    assert!(jaxpr.eqns[1].effects().contains(Effect::Check));
    assert!(jaxpr.effects().contains(Effect::Check));
}
