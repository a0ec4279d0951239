//! Programs recorded as JSON to programs of the IR.

use std::{collections::HashMap, sync::Arc};

use jaxide_ir::{
    ArrayType, Atom, DType, Jaxpr, JaxprBuilder, Literal, Loc, OpDef, Param, ParamDef, ParamKind,
    Params, Record, Registry, Scalar, Var,
};
use serde_json::Value as Json;

/// Why a recorded program cannot be built.
pub(crate) type Refusal = String;

/// Builds programs. Calls of equal functions share one jaxpr, as they do in JAX.
pub(crate) struct Reader<'a> {
    pub(crate) registry: &'a Registry,
    pub(crate) shared: HashMap<String, Arc<Jaxpr>>,
}

struct Draft {
    builder: JaxprBuilder,
    vars: HashMap<String, Var>,
}

impl Reader<'_> {
    pub(crate) fn jaxpr(&mut self, json: &Json) -> Result<Jaxpr, Refusal> {
        let mut draft = Draft { builder: JaxprBuilder::new(), vars: HashMap::new() };
        for binder in list(&json["consts"]) {
            let var = draft.builder.captured(ty(&binder[1])?);
            draft.vars.insert(text(&binder[0]).to_owned(), var);
        }
        for binder in list(&json["in"]) {
            let var = draft.builder.input(ty(&binder[1])?);
            draft.vars.insert(text(&binder[0]).to_owned(), var);
        }
        for eqn in list(&json["eqns"]) {
            self.eqn(&mut draft, eqn)?;
        }
        let outputs = list(&json["out"]).iter().map(|atom| draft.atom(atom));
        let outputs = outputs.collect::<Result<Vec<Atom>, Refusal>>()?;
        Ok(draft.builder.finish(outputs))
    }

    fn eqn(&mut self, draft: &mut Draft, eqn: &Json) -> Result<(), Refusal> {
        let op = self.op(text(&eqn["prim"]))?;
        let mut params = Params::new();
        for (name, value) in eqn["params"].as_object().expect("params are an object") {
            let Some(def) = self.param(op, name) else { continue };
            let all_false = list(value).iter().all(|item| item == &Json::Bool(false));
            if name == "donated_invars" && all_false {
                continue;
            }
            params.set(def.name, self.value(&def.kind, value, eqn)?);
        }
        let inputs = list(&eqn["in"]).iter().map(|atom| draft.atom(atom));
        let inputs = inputs.collect::<Result<Vec<Atom>, Refusal>>()?;
        let bound = draft.builder.bind(op, params, &inputs, Loc::unknown());
        let vars = bound.map_err(|error| error.to_string())?;
        for (binder, var) in list(&eqn["out"]).iter().zip(vars) {
            let (expected, got) = (ty(&binder[1])?, draft.builder.ty(var.into()));
            assert_eq!(got, expected, "{eqn}");
            draft.vars.insert(text(&binder[0]).to_owned(), var);
        }
        Ok(())
    }

    fn op(&self, name: &str) -> Result<&'static OpDef, Refusal> {
        let mut aliases = self.registry.dialects().iter().flat_map(|dialect| dialect.aliases);
        let alias = aliases.find(|(alias, _)| *alias == name).map_or(name, |(_, name)| name);
        let op = self.registry.find(name).or_else(|| self.registry.find(alias));
        op.ok_or_else(|| format!("unsupported op {name}"))
    }

    fn param(&self, op: &'static OpDef, name: &str) -> Option<&'static ParamDef> {
        let mut renamed =
            self.registry.dialects().iter().flat_map(|dialect| dialect.renamed_params);
        let renamed = renamed.find(|(of, from, _)| *of == op.name && *from == name);
        op.param(renamed.map_or(name, |(_, _, to)| to))
    }

    fn value(
        &mut self,
        kind: &'static ParamKind,
        json: &Json,
        eqn: &Json,
    ) -> Result<Param, Refusal> {
        let value = match (kind, json) {
            (ParamKind::Optional(_), Json::Null) => Param::None,
            (ParamKind::Optional(kind), _) => return self.value(kind, json, eqn),
            (ParamKind::Bool, Json::Bool(value)) => Param::Bool(*value),
            (ParamKind::Int, Json::Number(value)) => Param::Int(value.as_i64().ok_or("not i64")?),
            (ParamKind::Int, Json::String(value)) => {
                Param::Int(value.parse().map_err(|_| format!("no integer: {value}"))?)
            }
            (ParamKind::Float, _) => Param::Float(json.as_f64().ok_or("no number")?),
            (ParamKind::DType, Json::String(name)) => {
                Param::DType(DType::from_name(name).ok_or_else(|| format!("no dtype: {name}"))?)
            }
            // The recording left out the class of some enumerators.
            (ParamKind::Symbol(_), Json::String(name)) if name == "HIGHEST" => {
                Param::Symbol("Precision.HIGHEST".into())
            }
            (ParamKind::Symbol(_), Json::String(name)) => Param::Symbol(name.as_str().into()),
            (ParamKind::Symbol(all), Json::Number(at)) => {
                let at = at.as_u64().ok_or("no position")? as usize;
                Param::Symbol((*all.get(at).ok_or("no such enumerator")?).into())
            }
            (ParamKind::Str, Json::String(value)) => Param::from(value.as_str()),
            (ParamKind::Tuple(kind), Json::Array(items)) => {
                let items = items.iter().map(|item| self.value(kind, item, eqn));
                Param::Tuple(items.collect::<Result<_, _>>()?)
            }
            (ParamKind::List(kind), Json::Array(items)) => {
                let items = items.iter().map(|item| self.value(kind, item, eqn));
                Param::List(items.collect::<Result<_, _>>()?)
            }
            (ParamKind::TupleOf(kinds), Json::Array(items)) => {
                let items = items.iter().zip(*kinds);
                let items = items.map(|(item, kind)| self.value(kind, item, eqn));
                Param::Tuple(items.collect::<Result<_, _>>()?)
            }
            (ParamKind::Record(def), Json::Array(items)) => {
                let fields = items.iter().zip(def.fields);
                let fields = fields.map(|(item, field)| self.value(&field.kind, item, eqn));
                Record { def, fields: fields.collect::<Result<_, _>>()? }.into()
            }
            (ParamKind::Jaxpr, _) => Param::Jaxpr(self.nested(&json["jaxpr"], eqn)?),
            (kind, json) => return Err(format!("expected {}, got {json}", kind.describe())),
        };
        Ok(value)
    }

    fn nested(&mut self, json: &Json, eqn: &Json) -> Result<Arc<Jaxpr>, Refusal> {
        if !list(&json["consts"]).is_empty() {
            return Err("a nested program has constants".into());
        }
        if eqn["prim"] != "pjit" {
            return self.jaxpr(json).map(Arc::new);
        }
        let key = format!("{} {json}", eqn["params"]["name"]);
        if let Some(jaxpr) = self.shared.get(&key) {
            return Ok(jaxpr.clone());
        }
        let jaxpr = Arc::new(self.jaxpr(json)?);
        self.shared.insert(key, jaxpr.clone());
        Ok(jaxpr)
    }
}

impl Draft {
    fn atom(&self, json: &Json) -> Result<Atom, Refusal> {
        if let Json::String(name) = json {
            return Ok(self.vars[name].into());
        }
        let ty = ty(json)?;
        let value = scalar(ty.dtype, text(&json["lit"]));
        let value = value.ok_or_else(|| format!("no literal: {json}"))?;
        Ok(Atom::Literal(Literal { value, weak: ty.weak }))
    }
}

fn scalar(dtype: DType, text: &str) -> Option<Scalar> {
    match text {
        "True" | "False" => Some(Scalar::bool(text == "True")),
        _ if dtype.is_complex() => {
            Some(Scalar::complex(dtype, 0.0, text.strip_suffix('j')?.parse().ok()?))
        }
        _ if dtype.is_float() => Some(Scalar::float(dtype, text.parse().ok()?)),
        _ => Some(Scalar::int(dtype, text.parse().ok()?)),
    }
}

fn ty(json: &Json) -> Result<ArrayType, Refusal> {
    let name = text(&json["dtype"]);
    let dtype = DType::from_name(name).ok_or_else(|| format!("unsupported dtype {name}"))?;
    let shape = list(&json["shape"]).iter().map(|size| size.as_u64().map(|size| size as usize));
    let shape = shape.collect::<Option<Vec<usize>>>().ok_or("no shape")?;
    Ok(ArrayType::new(dtype, &shape).with_weak(json["weak"] == Json::Bool(true)))
}

fn list(json: &Json) -> &[Json] {
    json.as_array().map_or(&[], Vec::as_slice)
}

fn text(json: &Json) -> &str {
    json.as_str().expect("a string")
}
