//! Reads the text of a signature.

use super::{Param, ParamType, Signature};
use crate::schema::SqlType;

type Result<T> = std::result::Result<T, String>;

impl Signature {
    /// Reads `(name TYPE, …; constant TYPE) -> TYPE`; the error says where the text departs from it.
    pub fn parse(text: &str) -> Result<Self> {
        let mut reader = Reader { rest: text };
        let (mut params, mut constants) = (Vec::new(), Vec::new());
        reader.expect("(")?;
        let mut constant = reader.take(";");
        if !reader.take(")") {
            loop {
                let list = if constant { &mut constants } else { &mut params };
                list.push(reader.param()?);
                if reader.take(")") {
                    break;
                }
                if reader.take(";") {
                    constant = true;
                } else {
                    reader.expect(",")?;
                }
            }
        }
        reader.expect("->")?;
        let returns = reader.ty()?;
        match reader.rest.trim_start() {
            "" if params.iter().chain(&constants).filter(|param| param.variadic).count() > 1 => {
                Err(format!("{text} has two parameters that may repeat, so no call says which is which"))
            }
            "" => Ok(Self { params, constants, returns }),
            rest => Err(format!("`{rest}` follows the end of a signature")),
        }
    }
}

struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn take(&mut self, token: &str) -> bool {
        match self.rest.trim_start().strip_prefix(token) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn expect(&mut self, token: &str) -> Result<()> {
        if self.take(token) { Ok(()) } else { Err(format!("`{token}` is missing before `{}`", self.rest)) }
    }

    fn word(&mut self) -> Result<&'a str> {
        let rest = self.rest.trim_start();
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        if end == 0 {
            return Err(format!("a word is missing before `{rest}`"));
        }
        self.rest = &rest[end..];
        Ok(&rest[..end])
    }

    fn param(&mut self) -> Result<Param> {
        let name = self.word()?.to_owned();
        let ty = self.ty()?;
        let variadic = self.take("…") || self.take("...");
        Ok(Param { name, ty, variadic })
    }

    fn ty(&mut self) -> Result<ParamType> {
        if self.take("(") {
            let mut params = Vec::new();
            if !self.take(")") {
                loop {
                    params.push(self.ty()?);
                    if self.take(")") {
                        break;
                    }
                    self.expect(",")?;
                }
            }
            self.expect("=>")?;
            return Ok(ParamType::Lambda(params, Box::new(self.ty()?)));
        }
        Ok(match self.word()? {
            "BOOLEAN" => ParamType::Sql(SqlType::Boolean),
            "INT" | "INTEGER" => ParamType::Sql(SqlType::Integer),
            "BIGINT" => ParamType::Sql(SqlType::Bigint),
            "DOUBLE" => ParamType::Sql(SqlType::Double),
            "STRING" | "VARCHAR" => ParamType::Sql(SqlType::String),
            "BYTES" => ParamType::Sql(SqlType::Bytes),
            "TIMESTAMP" => ParamType::Sql(SqlType::Timestamp),
            "DATE" => ParamType::Sql(SqlType::Date),
            "TIME" => ParamType::Sql(SqlType::Time),
            "ANY" => ParamType::Any,
            "UNIT" => ParamType::Unit,
            "DECIMAL" => self.decimal()?,
            "ARRAY" => {
                self.expect("<")?;
                let element = self.ty()?;
                self.expect(">")?;
                ParamType::Array(Box::new(element))
            }
            "MAP" => {
                self.expect("<")?;
                let key = self.ty()?;
                self.expect(",")?;
                let value = self.ty()?;
                self.expect(">")?;
                ParamType::Map(Box::new(key), Box::new(value))
            }
            "STRUCT" => self.structure()?,
            word => match word.as_bytes() {
                [letter @ b'A'..=b'Z'] => ParamType::Generic(char::from(*letter)),
                _ => return Err(format!("`{word}` is not a type")),
            },
        })
    }

    fn decimal(&mut self) -> Result<ParamType> {
        if !self.take("(") {
            return Ok(ParamType::Decimal);
        }
        let mut digits = || {
            let word = self.word()?;
            word.parse::<u16>().map_err(|_| format!("`{word}` is not a number of digits"))
        };
        let precision = digits()?;
        self.expect(",")?;
        let word = self.word()?;
        let scale = word.parse::<u16>().map_err(|_| format!("`{word}` is not a number of digits"))?;
        self.expect(")")?;
        Ok(ParamType::Sql(SqlType::decimal(precision, scale)))
    }

    fn structure(&mut self) -> Result<ParamType> {
        self.expect("<")?;
        let mut fields = Vec::new();
        if !self.take(">") {
            loop {
                fields.push((self.word()?.to_owned(), self.ty()?));
                if self.take(">") {
                    break;
                }
                self.expect(",")?;
            }
        }
        Ok(ParamType::Struct(fields))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_kind_of_type_and_prints_it_as_describe_does() {
        for (text, printed) in [
            ("() -> DOUBLE", "()"),
            ("(a INT, rest STRING…) -> T", "(INT a, VARCHAR... rest)"),
            ("(v T; k INT, ignoreNulls BOOLEAN) -> ARRAY<T>", "(T v, INT k, BOOLEAN ignoreNulls)"),
            ("(; k INT) -> BIGINT", "(INT k)"),
            ("(u UNIT, d DECIMAL(4, 2), e DECIMAL) -> DATE", "(INTERVALUNIT u, DECIMAL(4, 2) d, DECIMAL e)"),
            ("(m MAP<K,V>, f (K, V) => BOOLEAN) -> MAP<K,V>", "(MAP<K, V> m, LAMBDA (K, V) => BOOLEAN f)"),
            ("(s STRUCT<A STRING, B ARRAY<ANY>>...) -> INT", "(STRUCT<A VARCHAR, B ARRAY<ANY>>... s)"),
        ] {
            assert_eq!(Signature::parse(text).map(|signature| signature.to_string()).as_deref(), Ok(printed));
        }
    }

    #[test]
    fn says_where_a_signature_is_wrong() {
        for text in
            ["", "(a) -> INT", "(a INT", "(a INT) INT", "(a NUMBER) -> INT", "(a INT…, b INT…) -> INT"]
        {
            assert!(Signature::parse(text).is_err(), "{text}");
        }
    }
}
